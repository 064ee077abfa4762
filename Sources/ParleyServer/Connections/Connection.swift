import Synchronization

/// One client's connection, as its requests see it.
package final class Connection: Sendable {
    /// It came through the unix socket, where administration is allowed.
    package let isLocal: Bool
    /// Where it came from; `nil` on the socket.
    let address: String?
    private let presence = Mutex(Presence())

    private struct Presence {
        var gone = false
        var watches: [Int: @Sendable () -> Void] = [:]
        var next = 0
    }

    init(isLocal: Bool, address: String?) {
        self.isLocal = isLocal
        self.address = address
    }

    /// Calls `action` once when the client goes away, at once when it has gone already.
    ///
    /// On any thread; must not block.
    ///
    /// - Returns: what ``unwatch(_:)`` takes.
    package func watch(_ action: @escaping @Sendable () -> Void) -> Int? {
        let watch = presence.withLock { presence -> Int? in
            guard !presence.gone else { return nil }
            presence.next += 1
            presence.watches[presence.next] = action
            return presence.next
        }
        if watch == nil { action() }
        return watch
    }

    package func unwatch(_ watch: Int?) {
        guard let watch else { return }
        presence.withLock { _ = $0.watches.removeValue(forKey: watch) }
    }

    /// The client has closed its side, or the connection broke.
    func clientLeft() {
        let actions = presence.withLock { presence in
            defer { presence.watches = [:] }
            presence.gone = true
            return Array(presence.watches.values)
        }
        for action in actions { action() }
    }
}
