import Foundation
import Hummingbird
import Logging
import Parley
import ParleySQLite
import ParleyStore
import ParleyTokens
import ServiceLifecycle
import Testing

@testable import ParleyServer

/// A whole server on a port and a socket of its own, over a real database.
struct TestServer {
    let store: Store
    let turns: Turns
    let lanes: Lanes
    let state: ServerState
    let directory: URL
    let group: ServiceGroup
    private(set) var tcp: ListeningAddress?
    private(set) var socket: ListeningAddress?

    /// What a test changes of the server's ground.
    struct Ground: Sendable {
        /// Where the database is, when it is to be there afterwards.
        var directory: URL?
        var database: @Sendable (any Database) -> any Database = { $0 }
        var signOfLife: Duration = .seconds(15)
        var storagePatience: Duration = .seconds(10)
        /// The most turns at the same time.
        var mostTurns = Int.max
    }

    /// Runs `body` beside a server, which is stopped afterwards.
    ///
    /// `routes` adds routes that only a test has.
    static func with(
        _ settings: ServerSettings = .init(),
        upstream: any Upstream = FixedUpstream(),
        on ground: Ground = Ground(),
        routes: (Router<ParleyRequestContext>) -> Void = { _ in },
        _ body: @escaping @Sendable (TestServer) async throws -> Void
    ) async throws {
        let directory = ground.directory ?? Self.newDirectory()
        let database = try open(directory)
        let (listening, announce) = AsyncStream.makeStream(
            of: ListeningAddress.self,
            bufferingPolicy: .bufferingOldest(2)
        )
        let server = try await TestServer(database, directory, settings, upstream, ground, routes) {
            announce.yield($0)
        }
        defer { if ground.directory == nil { try? FileManager.default.removeItem(at: directory) } }
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await server.group.run() }
            var running = server
            var addresses = listening.makeAsyncIterator()
            for _ in 0..<2 { running.note(await addresses.next()) }
            do { try await body(running) } catch { Issue.record(error) }
            await server.group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        await database.close()
    }

    static func newDirectory() -> URL {
        FileManager.default.temporaryDirectory.appending(path: "parley-\(UUID().uuidString.prefix(8))")
    }

    private static func open(_ directory: URL) throws -> SQLiteDatabase {
        let path = directory.appending(path: "parley.sqlite").path
        var settings = SQLiteDatabase.Settings(path: path, migrations: try Migration.embedded())
        settings.reserveSize = 0
        settings.lowWater = 0
        return try SQLiteDatabase.open(settings)
    }

    private init(
        _ database: SQLiteDatabase,
        _ directory: URL,
        _ settings: ServerSettings,
        _ upstream: any Upstream,
        _ ground: Ground,
        _ routes: (Router<ParleyRequestContext>) -> Void,
        onListening: @escaping @Sendable (ListeningAddress) -> Void
    ) async throws {
        var settings = settings
        settings.port = 0
        settings.socketPath = directory.appending(path: "run/parley.sock").path
        self.directory = directory
        store = try await Store(
            ground.database(database),
            host: "test",
            pid: 1,
            searching: .patient
        )
        // Patient: a test waits for others, and not for time.
        lanes = Lanes(patience: .seconds(100))
        state = ServerState(limits: settings.limits)
        let models = ModelTable()
        turns = try Turns(
            store: store,
            upstream: upstream,
            counter: ExactTokenCounter(),
            models: models,
            lanes: lanes,
            most: ground.mostTurns,
            signOfLife: ground.signOfLife,
            storagePatience: ground.storagePatience
        )
        let services = Services(
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
        let router = makeRouter(services: services, settings: settings, state: state)
        routes(router)
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let server = ParleyServer(settings: settings, logger: logger, router: router, state: state) { onListening($0) }
        var configuration = ServiceGroupConfiguration(services: server.listeners, logger: logger)
        configuration.maximumGracefulShutdownDuration = settings.gracefulTime
        group = ServiceGroup(configuration: configuration)
    }

    private mutating func note(_ address: ListeningAddress?) {
        switch address {
        case .tcp: tcp = address
        case .socket: socket = address
        case nil: break
        }
    }
}

extension SearchLimits {
    /// For a machine that is busy with other tests.
    fileprivate static let patient = SearchLimits(
        search: .seconds(30),
        unindexed: .seconds(20),
        rare: .seconds(10),
        recall: .seconds(30)
    )
}
