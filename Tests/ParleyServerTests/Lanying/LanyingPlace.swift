import Foundation
import Logging
import Parley
import ParleyClient
import ParleySQLite
import ParleyServer
import ParleyStore
import ParleyTokens
import ParleyWire
import ScriptedUpstream
import ServiceLifecycle
import Testing

/// A database, a model, and a server that stands in for Lanying's; Parley is started beside them, again and again.
struct LanyingPlace: Sendable {
    let directory: URL
    let model: ScriptedUpstream
    let lanying: ScriptedUpstream

    static let signature = "sig-1"
    static let token = "admin-1"
    static let taken = Reply.json(#"{"code":200,"data":{"success":1}}"#)

    static func with(_ body: @Sendable (LanyingPlace) async throws -> Void) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "parley-\(UUID().uuidString.prefix(8))")
        defer { try? FileManager.default.removeItem(at: directory) }
        let place = LanyingPlace(
            directory: directory,
            model: try await .start(),
            lanying: try await .start(ScriptedUpstream.always(taken))
        )
        do { try await body(place) } catch { Issue.record(error) }
        await place.model.stop()
        await place.lanying.stop()
    }

    /// What the bot has said, in order.
    var said: [String] { sent(0).map { $0["content"]?.string ?? "" } }

    /// The messages of one kind that came to the stand-in.
    func sent(_ contentType: Int) -> [JSON] {
        lanying.received.map(\.json).filter { $0["content_type"]?.int == contentType }
    }

    /// Waits for so many requests to the stand-in, all of them answered.
    func untilSent(_ count: Int) async {
        await lanying.until { $0.requests >= count && $0.open == 0 }
    }

    /// The questions that the model got.
    var questions: Int { model.received.count { $0.path.hasSuffix("/completions") } }
}

/// A process's life.
struct LanyingRun: Sendable {
    let store: Store
    let connector: LanyingConnector
    let address: ListeningAddress

    func post(_ callback: String, signature: String? = LanyingPlace.signature) async throws -> RawAnswer {
        try await RawConnection.with(address) { connection in
            let headers = signature.map { ["signature": $0] } ?? [:]
            try await connection.request("POST", "/integrations/lanying/messages", headers, Array(callback.utf8))
            return try await connection.answer()
        }
    }

    /// Posts what a person sends, which must be taken.
    func say(_ text: String, id: Int, from sender: Int = 42, ext: JSON? = nil) async throws {
        let answer = try await post(Self.callback(text, id: id, from: sender, ext: ext).text)
        #expect(answer.status == 200 && answer.body.isEmpty)
    }

    static func callback(_ text: String, id: Int, from sender: Int = 42, ext: JSON? = nil) -> JSON {
        [
            "appId": "abc", "msgId": JSON(id), "from": ["uid": JSON(sender)], "to": ["uid": 7], "type": "CHAT",
            "ctype": "TEXT", "content": .string(text),
            "ext": ext.map { .string((["lanying_connector": $0] as JSON).text) } ?? "",
        ]
    }

    /// What the active path of the only conversation says.
    func path() throws -> [Item] {
        let owner = try store.user(named: User.localName).id
        let conversation = try #require(try store.conversations(ConversationQuery(), of: owner).elements.first)
        return try store.items(ItemQuery(limit: 100, ascending: true), in: conversation.id, of: owner).elements
    }
}

extension LanyingPlace {
    /// Runs Parley while `body` runs, and then until what is in hand is done.
    func run(_ body: @escaping @Sendable (LanyingRun) async throws -> Void) async throws {
        var settings = SQLiteDatabase.Settings(
            path: directory.appending(path: "parley.sqlite").path,
            migrations: try Migration.embedded()
        )
        settings.reserveSize = 0
        settings.lowWater = 0
        let database = try SQLiteDatabase.open(settings)
        var options = UpstreamOptions()
        options.retries.firstPause = .milliseconds(1)
        let upstream = try HTTPUpstream([UpstreamSettings(name: "up", baseURL: model.baseURL)], options: options)
        let client = try client()
        do {
            try await run(database, upstream, client, body)
        } catch {
            Issue.record(error)
        }
        await client.shutdown()
        await upstream.shutdown()
        await database.close()
    }

    private func client() throws -> LanyingClient {
        var options = LanyingClient.standard
        options.retries.firstPause = .milliseconds(1)
        options.retries.longestPause = .milliseconds(2)
        let address = LanyingAddress(
            endpoint: "http://127.0.0.1:\(lanying.port)/",
            adminToken: Secret(Self.token),
            antispam: "hidden"
        )
        return try LanyingClient(address, options: options)
    }

    private func run(
        _ database: SQLiteDatabase,
        _ upstream: HTTPUpstream,
        _ client: LanyingClient,
        _ body: @escaping @Sendable (LanyingRun) async throws -> Void
    ) async throws {
        let store = try await Store(database, host: "test", pid: 1)
        let models = ModelTable()
        let turns = try Turns(store: store, upstream: upstream, counter: ExactTokenCounter(), models: models)
        let connector = LanyingConnector(
            bot: try bot(store),
            inbox: store,
            turns: turns,
            server: client,
            form: .json
        )
        var services = Services(
            conversations: store,
            users: store,
            turnStore: store,
            interchange: store,
            turns: turns,
            upstream: upstream,
            storage: store,
            search: store,
            models: models,
            audit: store,
            keeping: store
        )
        services.lanying = connector
        try await serve(services, store, connector, body)
    }

    private func bot(_ store: Store) throws -> LanyingBot {
        LanyingBot(
            id: LanyingID("7"),
            owner: try store.user(named: User.localName),
            signature: Secret(Self.signature),
            model: "echo-1",
            presets: ["second": "echo-2"],
            apology: "sorry"
        )
    }

    private func serve(
        _ services: Services,
        _ store: Store,
        _ connector: LanyingConnector,
        _ body: @escaping @Sendable (LanyingRun) async throws -> Void
    ) async throws {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let (listening, announce) = AsyncStream.makeStream(
            of: ListeningAddress.self,
            bufferingPolicy: .bufferingOldest(1)
        )
        let server = ParleyServer(services: services, settings: ServerSettings(port: 0), logger: logger) {
            announce.yield($0)
        }
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: server.listeners, logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            tasks.addTask { await connector.run() }
            var addresses = listening.makeAsyncIterator()
            if let address = await addresses.next() {
                let run = LanyingRun(store: store, connector: connector, address: address)
                do { try await body(run) } catch { Issue.record(error) }
            }
            connector.close()
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }
}
