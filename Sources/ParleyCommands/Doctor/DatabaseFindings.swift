import Foundation
import Parley
import ParleyClient
import ParleySQLite

/// Who holds the database, how large it is, and whether it has room.
struct DatabaseFindings {
    private let settings: Settings
    /// Below so many free bytes a person should make room.
    private static let room = 1 << 30

    init(_ settings: Settings) {
        self.settings = settings
    }

    func all() async -> [Finding] {
        do {
            let holder = LockFile.holder(of: settings.database).map(HolderProcess.init)
            let status = try await Entrance(settings).with { try await $0.database() }
            let held = holder.map { "held by \($0.name) (process \($0.pid))" } ?? "held by nobody"
            return [.good("database", "\(settings.database), \(held)"), state(status)] + disk()
        } catch {
            return [.bad("database", error)] + disk()
        }
    }

    private func state(_ status: JSON) -> Finding {
        let fields = DatabaseFields.of(status).map { "\($0.name) \($0.value)" }.joined(separator: ", ")
        guard let refusal = status["refusal"]?.string else { return .good("storage", fields) }
        return .bad("storage", "writes are refused (\(refusal)); \(fields)", "Make room on the disk, or mend it.")
    }

    private func disk() -> [Finding] {
        let folder = (settings.database as NSString).deletingLastPathComponent
        let facts = try? FileManager.default.attributesOfFileSystem(forPath: folder)
        guard let free = facts?[.systemFreeSize] as? NSNumber else { return [] }
        let text = "\(ByteText.of(free.intValue)) free at \(folder)"
        guard free.intValue < Self.room else { return [.good("disk", text)] }
        return [.doubtful("disk", text, "Make room: below 256 MiB new messages are refused.")]
    }
}
