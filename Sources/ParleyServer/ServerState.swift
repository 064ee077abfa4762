import Synchronization

/// What the listeners of one server share while it runs.
package final class ServerState: Sendable {
    package let metrics = Metrics()
    package let connections: Connections
    package let readings = OpenReadings()
    private let draining = Atomic(false)

    package init(limits: ServerLimits = .init()) {
        connections = Connections(limits: limits)
    }

    /// Whether the server is about to stop.
    package var isDraining: Bool { draining.load(ordering: .relaxed) }

    func beginDraining() { draining.store(true, ordering: .relaxed) }
}
