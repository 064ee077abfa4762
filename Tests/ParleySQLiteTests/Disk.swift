import Foundation
import TestProcesses

/// A small disk of its own: a tmpfs, mounted for one test.
final class Disk: Sendable {
    let place: Place

    /// Mounts a disk of so many MiB.
    init(size: Int) throws {
        place = try Place()
        guard Self.mount("-t", "tmpfs", "-o", "size=\(size)m", "tmpfs", place.directory) else { throw CannotMount() }
    }

    deinit { _ = Self.run("/bin/umount", ["-l", place.directory]) }

    struct CannotMount: Error {}

    func makeReadOnly() throws {
        guard Self.mount("-o", "remount,ro", place.directory) else { throw CannotMount() }
    }

    /// How many bytes are left.
    var free: Int {
        get throws {
            let facts = try FileManager.default.attributesOfFileSystem(forPath: place.directory)
            return (facts[.systemFreeSize] as? NSNumber)?.intValue ?? 0
        }
    }

    /// Fills the disk until so many bytes are left.
    func fill(leaving bytes: Int) throws {
        let count = max(0, try free - bytes)
        guard FileManager.default.createFile(atPath: ballast, contents: Data(count: count)) else { throw CannotMount() }
    }

    func resize(to size: Int) throws {
        guard Self.mount("-o", "remount,size=\(size)m", place.directory) else { throw CannotMount() }
    }

    func empty() throws { try FileManager.default.removeItem(atPath: ballast) }

    private var ballast: String { place.directory + "/ballast" }

    /// Whether this process may mount, tried once.
    static let canMount: Bool = {
        guard getuid() == 0 else { return false }
        return (try? Disk(size: 1)) != nil
    }()

    private static func mount(_ arguments: String...) -> Bool { run("/bin/mount", arguments) }

    private static func run(_ tool: String, _ arguments: [String]) -> Bool {
        (try? Spawn.run(tool, arguments)) == 0
    }
}
