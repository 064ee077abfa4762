package import Parley

extension Store {
    package func statistics(
        of conversation: Conversation.ID?,
        of owner: User.ID
    ) async throws -> ConversationStatistics {
        var sum = ConversationStatistics(conversations: 0, items: 0, bytes: 0, models: [], first: nil, last: nil)
        if let conversation {
            let row = try database.read { try ConversationRow.find(conversation, of: owner, $0).row }
            for weight in try await weigh([row]).values { sum += weight }
        } else {
            var rows = ConversationPages(of: owner)
            while let page = try await next(of: &rows) {
                for weight in try await weigh(page).values { sum += weight }
            }
        }
        sum.models.sort { ($1.turns, $0.model) < ($0.turns, $1.model) }
        return sum
    }

    private func next(of pages: inout ConversationPages) async throws -> [Int64]? {
        guard !pages.isDone else { return nil }
        let (page, after) = try await database.readLong { [pages] connection in
            var pages = pages
            return (try pages.next(connection), pages)
        }
        pages = after
        return page
    }
}

/// The conversations that a user sees, page by page in the order of their rows.
struct ConversationPages: Sendable {
    private let owner: User.ID
    private var last: Int64 = 0
    private(set) var isDone = false

    private static let page = 1_000

    init(of owner: User.ID) {
        self.owner = owner
    }

    mutating func next(_ connection: any Connection) throws -> [Int64] {
        let rows = try connection.rows(
            """
            SELECT conversation.id
            FROM conversation
            WHERE \(ConversationRow.isVisible)
            AND conversation.hidden = 0
            AND conversation.id > ?
            ORDER BY conversation.id
            LIMIT \(Self.page)
            """,
            .integer(owner.rawValue),
            .integer(last)
        ) { try $0.integer(0) }
        isDone = rows.count < Self.page
        last = rows.last ?? last
        return rows
    }
}
