import Foundation
import Parley
import ParleySQLite
import ParleyStore

/// A store in a directory of its own, and what tests say in it.
struct TemporaryStore {
    let directory: URL
    let database: SQLiteDatabase
    let store: Store
    let user: User

    /// With a `lowWater` beyond any disk it is as if the disk were full.
    init(directory: URL? = nil, lowWater: Int64 = 0, searching: SearchLimits = .patient) async throws {
        self.directory =
            directory ?? FileManager.default.temporaryDirectory.appending(path: "parley-store-\(UUID().uuidString)")
        var settings = SQLiteDatabase.Settings(
            path: self.directory.appending(path: "parley.sqlite").path,
            migrations: try Migration.embedded()
        )
        settings.reserveSize = 0
        settings.lowWater = lowWater
        database = try SQLiteDatabase.open(settings)
        store = try await Store(database, host: "test", pid: 1, searching: searching)
        user = try store.user(named: User.localName)
    }

    func close() async {
        await database.close()
    }

    func remove() async {
        await database.close()
        try? FileManager.default.removeItem(at: directory)
    }
}

extension TemporaryStore {
    /// Runs `body` on a new store and removes it afterwards.
    static func with(
        searching: SearchLimits = .patient,
        _ body: (TemporaryStore) async throws -> Void
    ) async throws {
        let store = try await TemporaryStore(searching: searching)
        do {
            try await body(store)
        } catch {
            await store.remove()
            throw error
        }
        await store.remove()
    }

    func acceptance(
        _ list: [ItemContent],
        in target: TurnAcceptance.Target = .match,
        endUser: String? = nil,
        body: String = "",
        isRetry: Bool = false,
        idempotency: IdempotencyKey? = nil,
        owner: User? = nil
    ) -> TurnAcceptance {
        TurnAcceptance(
            id: .random(),
            owner: (owner ?? user).id,
            key: nil,
            face: .chat,
            target: target,
            input: list.map { ItemDraft($0, tokens: 1) },
            instructions: [],
            stored: false,
            metadata: [:],
            route: ModelRoute(upstream: "test", model: "echo"),
            endUser: endUser,
            idempotency: idempotency,
            fingerprint: Array(body.utf8),
            isRetry: isRetry,
            reservedTokens: 0,
            newCut: nil,
            adoptsInstructions: false
        )
    }

    /// A whole turn: what was said, and the answer.
    @discardableResult
    func turn(
        _ list: [ItemContent],
        answer: String,
        in target: TurnAcceptance.Target = .match,
        endUser: String? = nil,
        owner: User? = nil
    ) async throws -> AcceptedTurn {
        let accepted = try await accept(acceptance(list, in: target, endUser: endUser, owner: owner))
        _ = try await store.settle(settlement(accepted, answer))
        return accepted
    }

    func accept(_ acceptance: TurnAcceptance) async throws -> AcceptedTurn {
        guard case .accepted(let turn) = try await store.accept(acceptance) else {
            throw ParleyError(.conflict, "The turn was known.")
        }
        return turn
    }

    func settlement(
        _ turn: AcceptedTurn,
        _ answer: String,
        status: Turn.Status = .completed,
        movesTip: Bool? = nil
    ) -> TurnSettlement {
        TurnSettlement(
            turn: turn,
            status: status,
            reason: nil,
            outputs: [ItemDraft(ItemContent(role: .assistant, text: answer))],
            movesTip: movesTip ?? (status == .completed),
            model: nil,
            finish: .stop,
            usage: Usage(inputTokens: 1, outputTokens: 1),
            cost: nil,
            choices: nil
        )
    }

    /// What the active path of a conversation says.
    func texts(_ conversation: Conversation.ID?, owner: User? = nil) throws -> [String] {
        guard let conversation else { return [] }
        let query = ItemQuery(limit: 100, ascending: true)
        return try store.items(query, in: conversation, of: (owner ?? user).id).elements.map(\.content.text)
    }
}

func user(_ text: String) -> ItemContent { ItemContent(role: .user, text: text) }
func assistant(_ text: String) -> ItemContent { ItemContent(role: .assistant, text: text) }

extension SearchLimits {
    /// For a machine that is busy with other tests.
    static let patient = SearchLimits(
        search: .seconds(60),
        unindexed: .seconds(30),
        rare: .seconds(20),
        recall: .seconds(60)
    )
}
