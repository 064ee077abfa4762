import Foundation
import Parley
import ParleyClient
import ParleySQLite

/// Who holds the database, how large it is, and whether it has room.
struct DatabaseFindings {
    private let settings: Settings
    /// Whether everything that is stored is looked through, however much it is.
    private let isThorough: Bool
    private let progress: ProgressLine
    /// Below so many free bytes a person should make room.
    private static let room = 1 << 30
    /// So many unused bytes are worth a word.
    private static let unused = 64 << 20
    /// A database of so many bytes is looked through in a few seconds.
    private static let small = 64 << 20

    init(_ settings: Settings, isThorough: Bool, _ progress: ProgressLine) {
        self.settings = settings
        self.isThorough = isThorough
        self.progress = progress
    }

    func all() async -> [Finding] {
        do {
            let holder = LockFile.holder(of: settings.database).map(HolderProcess.init)
            let (status, looked) = try await Entrance(settings).with { api -> (JSON, [Finding]) in
                let status = try await api.database()
                return (status, await contents(status, api))
            }
            let held = holder.map { "held by \($0.name) (process \($0.pid))" } ?? "held by nobody"
            let database = [Finding.good("database", "\(settings.database), \(held)"), state(status)]
            return database + looked + house(status) + disk()
        } catch {
            return [.bad("database", error)] + disk()
        }
    }

    /// What a check finds, with what mends it.
    private func contents(_ status: JSON, _ api: APIClient) async -> [Finding] {
        guard isThorough || (status["size"]?.int ?? 0) <= Self.small else {
            let advice = "do that with `parley doctor --thorough` or `parley database check`"
            return [.good("contents", "not looked through: \(advice)")]
        }
        do {
            let outcome = try await CheckOutcome.ask(api, progress)
            return outcome.isSound ? [.good("contents", "\(outcome.items) items are what was said")] : outcome.wrong
        } catch {
            return [.bad("contents", error)]
        }
    }

    private func state(_ status: JSON) -> Finding {
        let fields = DatabaseFields.of(status).map { "\($0.name) \($0.value)" }.joined(separator: ", ")
        guard let refusal = status["refusal"]?.string else { return .good("storage", fields) }
        return .bad("storage", "writes are refused (\(refusal)); \(fields)", "Make room on the disk, or mend it.")
    }

    /// What the upkeep of the files leaves to people.
    private func house(_ status: JSON) -> [Finding] {
        var findings: [Finding] = []
        if status["reserve_held"]?.bool == false {
            findings.append(
                .doubtful(
                    "reserve",
                    "no space is held back for a full disk",
                    "Make room: it is taken by itself as soon as there is enough, and lets prunes work on a full disk."
                )
            )
        }
        let (size, free) = (status["size"]?.int ?? 0, status["free_size"]?.int ?? 0)
        if free > Self.unused, free > size / 4 {
            findings.append(
                .doubtful(
                    "unused space",
                    "\(ByteText.of(free)) of \(ByteText.of(size)) are unused",
                    "Give it back with `parley database vacuum`."
                )
            )
        }
        return findings + copies()
    }

    /// Copies hold what was deleted since they were made.
    private func copies() -> [Finding] {
        let path = settings.database as NSString
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path.deletingLastPathComponent)) ?? []
        return names.filter { $0.hasPrefix(path.lastPathComponent + ".before-") && !$0.hasSuffix("-wal") }.sorted().map
        {
            .doubtful(
                "copy",
                "\($0) holds everything as it was before, also what was deleted since",
                "Delete it when you do not need it any more."
            )
        }
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
