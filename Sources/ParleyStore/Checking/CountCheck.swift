import Parley

/// Recomputes what is kept beside the rows that it follows from: how many items a path has, and what imports remember.
struct CountCheck: StepwiseCheck {
    static let subject = DatabaseFinding.Subject.count

    private(set) var isDone = false
    /// Conversations that the last step found wrong; each is to be looked at again in one snapshot.
    private(set) var suspects: [Int64] = []
    private var last: Int64 = 0

    private static let page = 500

    mutating func advance(_ connection: any Connection) throws {
        suspects = []
        let rows = try connection.rows(
            """
            SELECT id
            FROM conversation
            WHERE id > ?
            AND removal_id IS NULL
            AND importing = 0
            ORDER BY id
            LIMIT \(Self.page)
            """,
            .integer(last)
        ) { try $0.integer(0) }
        suspects = try rows.filter { try Self.finding($0, connection) != nil }
        last = rows.last ?? .max
        isDone = rows.count < Self.page
    }

    /// To be called in one snapshot.
    static func finding(_ row: Int64, _ connection: any Connection) throws -> DatabaseFinding? {
        let found = try connection.row(
            """
            SELECT public_id, tip_branch_id, tip_position, item_count
            FROM conversation
            WHERE id = ?
            AND removal_id IS NULL
            AND importing = 0
            """,
            .integer(row)
        ) { row in
            (
                id: Conversation.ID(bytes: try row.blob(0)), branch: try row.integerOrNil(1),
                position: try row.integerOrNil(2), count: try row.integer(3)
            )
        }
        guard let found else { return nil }
        guard let branch = found.branch, let position = found.position else {
            return found.count == 0 ? nil : wrong(found.id, found.count, 0)
        }
        let tip = Place(branch: branch, position: position)
        do {
            let count = try ConversationRow.itemCount(to: tip, of: row, connection)
            return count == found.count ? nil : wrong(found.id, found.count, count)
        } catch let error as ParleyError where error.code == .databaseDamaged {
            return DatabaseFinding(
                .tip,
                "\(found.id.text) ends on a branch that is missing",
                remedy: Store.restore
            )
        }
    }

    private static func wrong(_ id: Conversation.ID, _ said: Int64, _ count: Int64) -> DatabaseFinding {
        DatabaseFinding(
            .count,
            "\(id.text) is said to have \(said) items and has \(count)",
            remedy: "Nothing that was said is missing for it. Whatever moves its end counts anew: add a message, or "
                + "go back and forth with `parley sessions branch`."
        )
    }
}
