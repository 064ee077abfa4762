import Logging
import Parley
import ParleyClient
import ParleySQLite
import ParleyServer
import ParleyStore
import ParleyTokens
import ServiceLifecycle

/// A whole Parley server in this process: the place where all modules meet.
///
/// Making one takes the database's lock; ``run(_:)`` must be called once and gives everything back.
struct LocalServer: Sendable {
    private let settings: Settings
    private let listens: Bool
    private let socket: SocketPlace
    private let database: SQLiteDatabase
    private let upstream: DiscoveredUpstream
    private let turns: Turns
    private let group: ServiceGroup
    private let listening: Listening

    /// Makes one.
    ///
    /// When it `listens` it does so on TCP too, and leaves at SIGTERM and SIGINT.
    ///
    /// - Throws: ``ParleyError/Code/databaseLocked`` when another process holds the database.
    init(_ settings: Settings, listens: Bool, logger: Logger = .silent) async throws {
        try settings.refuseOwnAddress()
        (self.settings, self.listens) = (settings, listens)
        socket = SocketPlace(database: settings.database)
        database = try SQLiteDatabase.open(settings, socket: socket)
        var asked: DiscoveredUpstream?
        do {
            try socket.prepare()
            let store = try await Store(database, host: ProcessInformation.host, pid: ProcessInformation.pid)
            if listens { try settings.refuseOpenDoor(store) }
            let bot = listens ? try settings.lanyingBot(store) : nil
            var models = try ModelTable.embedded(defaultWindow: settings.contextWindow)
            models.prices = settings.spending.prices
            let name = RequestPath.newName()
            upstream = try DiscoveredUpstream(settings, name: name)
            asked = upstream
            turns = try Turns(
                store: store,
                upstream: upstream,
                counter: ExactTokenCounter(),
                models: models,
                most: OpenFiles.raised().turns,
                allowance: settings.spending.allowance
            )
            let lanying = try LanyingService(bot, settings, store, turns, logger)
            let listening = Listening()
            let server = ParleyServer(
                services: Services(
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
                    keeping: store,
                    lanying: lanying?.connector
                ),
                settings: ServerSettings(settings, socket: socket, listens: listens, name: name),
                logger: logger
            ) { listening.add($0) }
            self.listening = listening
            let policy = listens ? settings.retention : nil
            let beside: [(any Service)?] = [lanying, Housekeeping(store: store, policy: policy, logger: logger)]
            group = .parley(
                server.listeners + beside.compactMap(\.self),
                DrainService(turns: turns),
                Upkeep(database: database, store: store, turns: turns),
                trapsSignals: listens,
                logger: logger
            )
        } catch {
            await asked?.shutdown()
            await database.close()
            throw error
        }
    }

    /// Serves while `body` runs, and after that as long as other commands are there.
    func run<Answer: Sendable>(_ body: (APIClient) async throws -> Answer) async throws -> Answer {
        // Held until everything is given back: a command that comes late waits for that.
        var last: Attendance?
        defer { last?.leave() }
        return try await givingBack {
            try await serving { _ in
                let client = APIClient(APIAddress(socket: socket.path, user: settings.user))
                let answer = await result { try await body(client) }
                await client.close()
                last = try await Attendance.waitForLast(besides: socket.path)
                while turns.runningCount > 0 { try await Task.sleep(for: .milliseconds(20)) }
                await group.triggerGracefulShutdown()
                return try answer.get()
            }
        }
    }

    /// Serves until SIGTERM or SIGINT; `announce` is called once every listener listens.
    func runUntilTold(_ announce: ([ListeningAddress]) -> Void) async throws {
        try await givingBack { try await serving(announce) }
    }

    /// Runs the group and, once every listener listens, `body`; returns when both have ended.
    private func serving<Answer: Sendable>(_ body: ([ListeningAddress]) async throws -> Answer) async throws -> Answer {
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask {
                defer { listening.finish() }
                try await group.run()
            }
            let addresses = await listening.all(listens ? 2 : 1)
            guard let addresses else {
                try await tasks.waitForAll()
                throw CancellationError()
            }
            UpstreamNotice(settings.upstreams).write(besides: socket.path)
            Attendance.open(besides: socket.path)
            let answer = await result { try await body(addresses) }
            if case .failure = answer { await group.triggerGracefulShutdown() }
            try await tasks.waitForAll()
            return try answer.get()
        }
    }

    private func givingBack<Answer: Sendable>(_ body: () async throws -> Answer) async throws -> Answer {
        let answer = await result(body)
        await upstream.shutdown()
        UpstreamNotice.remove(besides: socket.path)
        await database.close()
        return try answer.get()
    }

    private func result<Answer>(_ body: () async throws -> Answer) async -> Result<Answer, any Error> {
        do {
            return .success(try await body())
        } catch {
            return .failure(error)
        }
    }
}
