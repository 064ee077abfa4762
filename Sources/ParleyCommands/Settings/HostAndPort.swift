import Foundation

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

    /// Whether only this machine gets there.
    var isLoopback: Bool {
        host == "localhost" || host == "::1" || host == "0.0.0.0" || host == "::" || host.hasSuffix(".localhost")
            || (host.hasPrefix("127.") && host.split(separator: ".").count == 4)
    }

    /// Whether listening there is listening to this machine alone.
    var listensLocally: Bool { isLoopback && host != "0.0.0.0" && host != "::" }
}
