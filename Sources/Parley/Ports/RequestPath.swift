/// The Parley servers through which the request of this task has come, the first one first.
///
/// It goes with the task, because it concerns nobody between the server that reads it and the upstream call that hands it
/// on.
package struct RequestPath: Hashable, Sendable {
    /// Names of running servers, random for each start.
    package var servers: [String]

    /// More servers than anybody puts one behind the other.
    package static let limit = 8

    @TaskLocal package static var current = RequestPath()

    package init(_ servers: [String] = []) {
        self.servers = servers
    }

    /// A name for a server that starts.
    package static func newName() -> String { String(UInt64.random(in: .min ... .max), radix: 16) }
}

extension RequestPath {
    /// Reads a header; what is no name of a server is passed over.
    package init(header: String) {
        let names = header.split(separator: ",").map { $0.filter { $0 != " " } }
        self.init(names.filter { (1...16).contains($0.utf8.count) && $0.utf8.allSatisfy(Self.isHexadecimal) })
    }

    package var header: String { servers.joined(separator: ", ") }

    /// The path that goes on through one more server.
    package func through(_ server: String) -> RequestPath { RequestPath(servers + [server]) }

    /// Whether `server` would ask itself, or others each other, for ever.
    package func isLoop(at server: String) -> Bool {
        servers.contains(server) || servers.count >= Self.limit
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }
}
