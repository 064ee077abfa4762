import Logging
import Parley
import ParleyClient
import ParleyStore
import ParleyWire
import ServiceLifecycle

/// The bot of Lanying: its connector, and the client through which it answers.
struct LanyingService: Service {
    let connector: LanyingConnector
    private let client: LanyingClient

    /// `nil` when no bot is set.
    ///
    /// - Throws: ``ParleyError/Code/configuration`` when there is no such user, or when anybody could send callbacks.
    init?(_ settings: Settings, _ store: Store, _ turns: Turns, _ logger: Logger) throws {
        guard let own = settings.lanying else { return nil }
        let port = HostAndPort(host: settings.host, port: settings.port)
        guard own.signature != nil || port.listensLocally else {
            throw ParleyError(
                .configuration,
                "\(settings.host) can be reached by others, so \(Setting.lanyingSignature.name) must be set."
            )
        }
        guard let owner = try store.users().first(where: { $0.name == own.user }) else {
            throw ParleyError(.configuration, "\(Setting.lanyingUser.name): there is no user '\(own.user)'.")
        }
        client = try LanyingClient(own.address)
        connector = LanyingConnector(
            bot: LanyingBot(
                id: own.bot,
                owner: owner,
                signature: own.signature,
                model: own.model,
                presets: own.presets,
                apology: own.apology
            ),
            inbox: store,
            turns: turns,
            server: client,
            form: .json
        ) { message, error in
            logger.warning(
                "A message of Lanying was not answered as it should be",
                metadata: ["message": .string(message.id.text), "error": .string(String(reflecting: error))]
            )
        }
    }

    /// Answers until the process is told to leave, and then finishes what is in hand.
    func run() async throws {
        await withGracefulShutdownHandler {
            await connector.run()
        } onGracefulShutdown: {
            connector.close()
        }
        await client.shutdown()
    }
}
