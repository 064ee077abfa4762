import Foundation
import ParleySQLite

/// The process that holds a database, as people know it.
struct HolderProcess: Sendable {
    let pid: Int32
    /// What was started: `parley serve`, `parley chat`.
    let name: String

    init(_ owner: LockOwner) {
        pid = owner.pid
        let words = FileManager.default.contents(atPath: "/proc/\(owner.pid)/cmdline").map { data in
            data.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        }
        name = Self.name(words ?? [])
    }

    /// The program and its command, without arguments: they may be private.
    static func name(_ words: [String]) -> String {
        guard let program = words.first?.split(separator: "/").last else { return "a process" }
        guard words.count > 1, words[1].allSatisfy({ $0.isASCII && $0.isLowercase }) else { return "`\(program)`" }
        return "`\(program) \(words[1])`"
    }

    var isServer: Bool { name.hasSuffix(" serve`") }
}
