import Foundation
import ParleyServer

/// The machine and port of an address.
struct HostAndPort: Hashable, Sendable {
    /// In lower case, an IPv6 address without its brackets.
    var host: String
    var port: Int

    init(host: String, port: Int) {
        self.host = host.lowercased()
        self.port = port
    }

    /// `nil` for what is no `http` or `https` address.
    init?(url: String) {
        guard let url = URL(string: url), let host = url.host else { return nil }
        let bare = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
        self.init(host: bare, port: url.port ?? (url.scheme == "https" ? 443 : 80))
    }

    /// Whether a connection to it ends on this machine.
    var isOwnMachine: Bool {
        ServerSettings.isLoopback(host) || host == "0.0.0.0" || host == "::" || host.hasSuffix(".localhost")
    }
}
