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

    /// Calls `body` once with a client of a server that answers.
    func with<Answer: Sendable>(_ body: (APIClient) async throws -> Answer) async throws -> Answer {
        if let server = settings.server { return try await Self.use(APIClient(server), body) }
        let deadline = ContinuousClock.now + Self.patience
        while true {
            if let owner = LockFile.holder(of: settings.database) {
                if let client = try await client(of: owner) {
                    noteForeignUpstreams(owner)
                    return try await Self.use(client, body)
                }
            } else if let server = try await bringUp() {
                return try await server.run { try await body($0) }
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

    /// A client of the process that holds the database; `nil` when it does not answer yet, or not any more.
    ///
    /// One that can only read just now, for its disk is full, answers too.
    private func client(of owner: LockOwner) async throws -> APIClient? {
        guard let socket = owner.socket else { throw Self.deaf(owner, settings.database) }
        let client = APIClient(APIAddress(socket: socket, user: settings.user))
        do {
            try await client.ready()
        } catch let error as ParleyError where error.isUnreachable || error.code == .shuttingDown {
            await client.close()
            return nil
        } catch is ParleyError {
            return client
        }
        return client
    }

    private static func use<Answer: Sendable>(
        _ client: APIClient, _ body: (APIClient) async throws -> Answer
    ) async throws -> Answer {
        do {
            let answer = try await body(client)
            await client.close()
            return answer
        } catch {
            await client.close()
            throw error
        }
    }
}

extension Entrance {
    /// Says so when another process answers with other upstreams than this command's settings name.
    private func noteForeignUpstreams(_ owner: LockOwner) {
        guard let socket = owner.socket, !settings.upstreams.isEmpty, !settings.upstreams.allSatisfy(settings.isOwn),
            let theirs = UpstreamNotice(besides: socket), theirs != UpstreamNotice(settings.upstreams)
        else { return }
        let process = HolderProcess(owner)
        terminal.note(
            "parley: note: \(process.name) (process \(process.pid)) holds the database and asks \(theirs.addresses), "
                + "not the upstream that is set here. End it first to use yours."
        )
    }

    private static func deaf(_ owner: LockOwner, _ database: String) -> ParleyError {
        let process = HolderProcess(owner)
        return ParleyError(
            .databaseLocked,
            "\(database) is in use by \(process.name) (process \(process.pid)), which takes no commands. Wait for its end."
        )
    }

    private static func silent(_ database: String) -> ParleyError {
        ParleyError(.databaseLocked, "\(database) is in use by a process that does not answer. End it and try again.")
    }
}
