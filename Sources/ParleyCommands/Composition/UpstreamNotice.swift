import Foundation
import Parley
import ParleyClient

/// What a process that holds a database says about its upstreams, in a file beside its socket, so that a command can tell
/// whether they are its own.
struct UpstreamNotice: Hashable, Sendable {
    /// One line for each upstream: its address, and a fingerprint of address and key.
    var lines: [String]

    init(_ upstreams: [UpstreamSettings]) {
        lines = upstreams.map { upstream in
            "\(upstream.baseURL) \(StableHash.text(upstream.baseURL + "\n" + (upstream.key?.revealed ?? "")))"
        }
    }

    init?(besides socket: String) {
        guard let text = try? String(contentsOfFile: Self.path(socket), encoding: .utf8) else { return nil }
        lines = text.split(separator: "\n").map(String.init)
    }

    /// The addresses, for people.
    var addresses: String {
        let names = lines.compactMap { $0.split(separator: " ").first }.joined(separator: ", ")
        return names.isEmpty ? "what it finds on this machine" : names
    }

    func write(besides socket: String) {
        let text = lines.joined(separator: "\n")
        _ = FileManager.default.createFile(
            atPath: Self.path(socket),
            contents: Data(text.utf8),
            attributes: [.posixPermissions: 0o600]
        )
    }

    static func remove(besides socket: String) { _ = unsafe unlink(path(socket)) }

    private static func path(_ socket: String) -> String { socket + ".upstreams" }
}
