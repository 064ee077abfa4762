import Logging
import Parley
import ParleyClient
import ParleyServer
import ParleyStore
import ParleyWire
import ServiceLifecycle

/// The bot of Lanying: its connector, and the client through which it answers.
struct LanyingService: Service {
    let connector: LanyingConnector
    private let client: LanyingClient

    /// `nil` when no bot is set.
    init?(_ bot: LanyingBot?, _ settings: Settings, _ store: Store, _ turns: Turns, _ logger: Logger) throws {
        guard let bot, let address = settings.lanying?.address else { return nil }
        client = try LanyingClient(address)
        connector = LanyingConnector(
            bot: bot,
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

extension Settings {
    /// The bot that is set, if one is.
    ///
    /// - Throws: ``ParleyError/Code/configuration`` when there is no such user, or when anybody could send callbacks.
    func lanyingBot(_ users: some UserStore) throws -> LanyingBot? {
        guard let own = lanying else { return nil }
        guard own.signature != nil || ServerSettings.isLoopback(host) else {
            throw ParleyError(
                .configuration,
                "\(host) can be reached by others, so \(Setting.lanyingSignature.name) must be set."
            )
        }
        guard let owner = try users.users().first(where: { $0.name == own.user }) else {
            throw ParleyError(.configuration, "\(Setting.lanyingUser.name): there is no user '\(own.user)'.")
        }
        return LanyingBot(
            id: own.bot,
            owner: owner,
            signature: own.signature,
            model: own.model,
            presets: own.presets,
            apology: own.apology
        )
    }
}
