import Parley

/// Where the server listens and whom it lets in.
package struct ServerSettings: Sendable {
    package var host: String
    /// The TCP port; 0 takes any free one, `nil` listens on the socket alone.
    package var port: Int?
    /// The path of the unix socket, which is the only listener with administration without a key.
    package var socketPath: String?
    /// Names beside the loopback ones under which browsers may reach the server.
    package var allowedHosts: Set<String>
    /// Web origins whose pages may use the API.
    ///
    /// Empty: none may.
    package var allowedOrigins: Set<String>
    /// The user for whom `/chat` and `/ask_gpt` answer without a key, on loopback only.
    package var anonymousUser: String?
    /// Whether a turn that says nothing about it is recorded.
    package var recordsByDefault: Bool
    /// Whether a model that nobody knows is an error instead of the default model.
    package var strictModels: Bool
    /// Whether administrators may act for others with their keys, and so read what these said.
    ///
    /// On the socket they always may. Every such reading is in the audit log.
    package var administratorsRead = false
    /// The longest time that a stop waits for open streams.
    package var gracefulTime: Duration
    package var limits: ServerLimits
    /// By which a request that comes back is recognised; the same as what its upstream calls say.
    package var name: String

    package init(
        host: String = "127.0.0.1",
        port: Int? = 8787,
        socketPath: String? = nil,
        allowedHosts: Set<String> = [],
        allowedOrigins: Set<String> = [],
        anonymousUser: String? = nil,
        recordsByDefault: Bool = true,
        strictModels: Bool = false,
        gracefulTime: Duration = .seconds(30),
        limits: ServerLimits = .init(),
        name: String = RequestPath.newName()
    ) {
        self.host = host
        self.port = port
        self.socketPath = socketPath
        self.allowedHosts = allowedHosts
        self.allowedOrigins = allowedOrigins
        self.anonymousUser = anonymousUser
        self.recordsByDefault = recordsByDefault
        self.strictModels = strictModels
        self.gracefulTime = gracefulTime
        self.limits = limits
        self.name = name
    }

    /// Whether only programs on this machine can reach the TCP port.
    package var isLoopback: Bool { Self.isLoopback(host) }

    /// Whether a host, as addresses and URLs write it, is this machine whoever resolves it.
    package static func isLoopback(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        let isIPv4 = parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
        return isIPv4 || host == "localhost" || host == "::1" || host == "[::1]"
    }
}
