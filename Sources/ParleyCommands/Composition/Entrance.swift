import Foundation
import Parley
import ParleyClient
import ParleySQLite

/// The one way in: every command is a client of the HTTP API.
///
/// Of the server that is named, else of the process that holds the database, else of a server that the command brings up
/// in its own process.
struct Entrance: Sendable {
    let settings: Settings
    private let terminal = Terminal()

    /// How long a process that has just begun, or is about to leave, is waited for.
    private static let patience: Duration = .seconds(35)

    init(_ settings: Settings) {
        self.settings = settings
    }

    /// Calls `body` once with a client of a server that answers, and that stays until `body` has returned.
    func with<Answer: Sendable>(_ body: (APIClient) async throws -> Answer) async throws -> Answer {
        try await reach(stays: true) { client, _ in try await body(client) }
    }

    /// The same, while a line says how far it has come.
    func with<Answer: Sendable>(
        saying text: String,
        _ body: (APIClient, ProgressLine) async throws -> Answer
    ) async throws -> Answer {
        try await ProgressLine.during(text, on: terminal) { progress in
            try await with { try await body($0, progress) }
        }
    }

    /// Calls `body` once with a client of a server that answers.
    ///
    /// With `stays` false a process that holds the database stays only while `body` is in at the door.
    func reach<Answer: Sendable>(
        stays: Bool,
        _ body: (APIClient, Door?) async throws -> Answer
    ) async throws -> Answer {
        if var server = settings.server {
            server.user = settings.user
            return try await Self.use(APIClient(server), nil, body)
        }
        let deadline = ContinuousClock.now + Self.patience
        while true {
            if let owner = LockFile.holder(of: settings.database) {
                let door = try Door(owner, settings.database)
                if let attendance = try? door.enter() {
                    defer { attendance.leave() }
                    if let client = await client(at: door) {
                        if !stays { attendance.leave() }
                        return try await Self.use(client, door, body)
                    }
                }
            } else if let server = try await bringUp() {
                return try await server.run { try await body($0, nil) }
            }
            guard ContinuousClock.now < deadline else { throw Self.silent(settings.database) }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// A server of our own; `nil` when another process was faster.
    private func bringUp() async throws -> LocalServer? {
        do {
            return try await LocalServer(settings, listens: false)
        } catch let error as ParleyError where error.code == .databaseLocked {
            return nil
        }
    }

    /// A client of the process; `nil` when it takes no requests yet, or not any more.
    ///
    /// One that can only read just now, for its disk is full, takes them too.
    private func client(at door: Door) async -> APIClient? {
        let client = APIClient(APIAddress(socket: door.socket, user: settings.user))
        do {
            try await client.ready()
        } catch {
            let error = ParleyError(error)
            if error.isUnreachable || error.code == .shuttingDown || error.code == .cancelled {
                await client.close()
                return nil
            }
        }
        door.noteForeignUpstreams(settings, on: terminal)
        return client
    }

    private static func use<Answer: Sendable>(
        _ client: APIClient,
        _ door: Door?,
        _ body: (APIClient, Door?) async throws -> Answer
    ) async throws -> Answer {
        do {
            let answer = try await body(client, door)
            await client.close()
            return answer
        } catch {
            await client.close()
            throw error
        }
    }

    private static func silent(_ database: String) -> ParleyError {
        ParleyError(.databaseLocked, "\(database) is in use by a process that does not answer. End it and try again.")
    }
}
