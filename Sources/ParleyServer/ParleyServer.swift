import Hummingbird
package import Logging
import NIOCore
package import ServiceLifecycle

/// The HTTP server: one set of routes behind a TCP port, a unix socket, or both.
package struct ParleyServer: Sendable {
    private let settings: ServerSettings
    private let logger: Logger
    private let responder: RouterResponder<ParleyRequestContext>
    private let state: ServerState
    private let onListening: @Sendable (ListeningAddress) async -> Void

    /// Makes the server; `onListening` is called for each listener once it accepts connections.
    package init(
        services: Services,
        settings: ServerSettings,
        logger: Logger,
        onListening: @escaping @Sendable (ListeningAddress) async -> Void = { _ in }
    ) {
        let state = ServerState(limits: settings.limits)
        let router = makeRouter(services: services, settings: settings, state: state)
        self.init(settings: settings, logger: logger, router: router, state: state, onListening: onListening)
    }

    init(
        settings: ServerSettings,
        logger: Logger,
        router: Router<ParleyRequestContext>,
        state: ServerState,
        onListening: @escaping @Sendable (ListeningAddress) async -> Void
    ) {
        self.settings = settings
        self.logger = logger
        self.state = state
        self.onListening = onListening
        responder = router.buildResponder()
    }

    /// One service for each listener.
    ///
    /// The group they run in must have a maximum graceful time, for an open stream otherwise keeps it from ending.
    package var listeners: [any Service] {
        var listeners: [any Service] = []
        if let path = settings.socketPath { listeners.append(listener(at: .socket(path: path))) }
        if let port = settings.port { listeners.append(listener(at: .tcp(host: settings.host, port: port))) }
        return listeners
    }

    /// Runs the listeners until the task is cancelled or told to shut down gracefully.
    package func run() async throws {
        var configuration = ServiceGroupConfiguration(services: listeners, logger: logger)
        configuration.maximumGracefulShutdownDuration = settings.gracefulTime
        configuration.maximumCancellationDuration = .seconds(5)
        try await ServiceGroup(configuration: configuration).run()
    }

    private func listener(at address: ListeningAddress) -> ListenerService {
        ListenerService(
            address: address,
            settings: settings,
            state: state,
            responder: responder,
            logger: logger,
            onListening: onListening
        )
    }
}
