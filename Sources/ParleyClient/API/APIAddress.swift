import Foundation
package import Parley

/// Where a Parley server is reached, and who asks.
package struct APIAddress: Hashable, Sendable {
    /// The address without `/v1` and without a slash at its end.
    package var base: String
    package var key: Secret?
    /// For whom is acted, which needs the local socket or an administrator's key; `nil` for whoever asks.
    package var user: String?

    /// A server by its address: `http://…`, `https://…` or `http+unix://…`, with or without `/v1`.
    /// - Throws: ``ParleyError/Code/configuration`` for anything else.
    package init(url: String, key: Secret? = nil, user: String? = nil) throws {
        var base = url
        while base.hasSuffix("/") { base.removeLast() }
        if base.hasSuffix("/v1") { base.removeLast(3) }
        let schemes = ["http://", "https://", "http+unix://"]
        guard schemes.contains(where: { base.hasPrefix($0) && base.count > $0.count }) else {
            throw ParleyError(.configuration, "'\(url)' is not a server address: it begins with http:// or https://.")
        }
        self.base = base
        self.key = key
        self.user = user
    }

    /// The process that listens on a unix socket.
    package init(socket path: String, user: String? = nil) {
        let allowed = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "-._"))
        base = "http+unix://" + (path.addingPercentEncoding(withAllowedCharacters: allowed) ?? path)
        self.user = user
    }

    /// Whether it is a socket of this machine.
    package var isSocket: Bool { base.hasPrefix("http+unix://") }
}
