import Foundation
import Parley

/// Backups with the time in their names, of which the newest are kept: `parley-20250131-120000.sqlite`.
struct BackupSeries {
    private let directory: String
    private let stem: String
    private let suffix: String

    /// - Parameter path: the name without a time.
    init(_ path: String) {
        let path = UserFolder.path(path) as NSString
        directory = path.deletingLastPathComponent.isEmpty ? "." : path.deletingLastPathComponent
        let name = path.lastPathComponent as NSString
        stem = name.deletingPathExtension + "-"
        suffix = name.pathExtension.isEmpty ? "" : "." + name.pathExtension
    }

    /// The name of the backup that is made now.
    func path(at time: Timestamp = .now) -> String { "\(directory)/\(stem)\(FileTime.text(time))\(suffix)" }

    /// Removes all but the newest `count` backups of the series, with their checksums.
    /// - Returns: the names of those that were removed.
    func prune(keeping count: Int) throws -> [String] {
        let files = FileManager.default
        let own = try files.contentsOfDirectory(atPath: directory).filter(isOurs).sorted().dropLast(count)
        for name in own {
            try files.removeItem(atPath: "\(directory)/\(name)")
            try? files.removeItem(atPath: BackupTarget.sidecar(of: "\(directory)/\(name)"))
        }
        return Array(own)
    }

    private func isOurs(_ name: String) -> Bool {
        guard name.hasPrefix(stem), name.hasSuffix(suffix) else { return false }
        return FileTime.isOne(String(name.dropFirst(stem.count).dropLast(suffix.count)))
    }
}
