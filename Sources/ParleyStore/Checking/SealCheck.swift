import Parley

/// Compares titles, settings, metadata, tags and summaries with their seals.
///
/// What has no seal yet was changed a moment ago, and is passed over.
struct SealCheck: StepwiseCheck {
    static let subject = DatabaseFinding.Subject.text

    private(set) var isDone = false
    /// What the last step found wrong; each is to be looked at again in one snapshot.
    private(set) var suspects: [Suspect] = []
    private var last: (conversation: Int64, place: Int64) = (0, 0)

    enum Suspect: Sendable {
        case conversation(Int64)
        case summary(Int64)
    }

    private static let page = 500

    mutating func advance(_ connection: any Connection) throws {
        suspects = []
        var seal = TextSeal(connection)
        let conversations = try Self.sealed("conversation", "id", after: last.conversation, connection)
        for row in conversations where try seal.ofConversation(row.number) != row.seal {
            suspects.append(.conversation(row.number))
        }
        let summaries = try Self.sealed("compaction", "place", after: last.place, connection)
        for row in summaries where try seal.ofSummary(at: row.number) != row.seal {
            suspects.append(.summary(row.number))
        }
        last = (conversations.last?.number ?? .max, summaries.last?.number ?? .max)
        isDone = conversations.isEmpty && summaries.isEmpty
    }

    private static func sealed(
        _ table: String,
        _ key: String,
        after last: Int64,
        _ connection: any Connection
    ) throws -> [(number: Int64, seal: [UInt8])] {
        try connection.rows(
            """
            SELECT \(key), seal
            FROM \(table)
            WHERE \(key) > ?
            AND seal IS NOT NULL
            ORDER BY \(key)
            LIMIT \(page)
            """,
            .integer(last)
        ) { (number: try $0.integer(0), seal: try $0.blob(1)) }
    }

    /// The finding, unless it was changed while it was looked at, or is being removed.
    ///
    /// To be called in one snapshot.
    static func finding(_ suspect: Suspect, _ connection: any Connection) throws -> DatabaseFinding? {
        var seal = TextSeal(connection)
        switch suspect {
        case .conversation(let row):
            let found = try connection.row(
                "SELECT seal, public_id FROM conversation WHERE id = ? AND removal_id IS NULL",
                .integer(row)
            ) { (seal: try $0.blobOrNil(0), id: Conversation.ID(bytes: try $0.blob(1))) }
            guard let found, let kept = found.seal, let right = try seal.ofConversation(row), kept != right else {
                return nil
            }
            return damaged("the title, settings, metadata or tags of \(found.id.text) are", "parley sessions rename")
        case .summary(let place):
            let kept = try connection.row(
                "SELECT seal FROM compaction WHERE place = ?",
                .integer(place)
            ) { try $0.blobOrNil(0) }
            guard let kept = kept ?? nil, let right = try seal.ofSummary(at: place), kept != right else { return nil }
            return damaged("the summary at place \(place) is", "POST …/items/ITEM {\"summary\":…}")
        }
    }

    private static func damaged(_ what: String, _ mending: String) -> DatabaseFinding {
        DatabaseFinding(
            .text,
            "\(what) not what was written: the file was damaged",
            remedy: "\(Store.restore) Or write it anew (`\(mending)`): what you write then is taken for right."
        )
    }
}
