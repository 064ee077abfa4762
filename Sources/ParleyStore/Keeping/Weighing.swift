import Parley

/// Works out what conversations come to: a little in each snapshot, however many they are and however large one is.
struct Weighing: Sendable {
    /// What is known by now, by the conversations' rows.
    private(set) var weights: [Int64: ConversationStatistics] = [:]
    private var waiting: ArraySlice<Int64>
    private var current: Current?

    /// How long a snapshot is held; a log that somebody reads cannot be emptied.
    private static let time = Duration.milliseconds(50)
    /// How many rows are read between two looks at the clock, and how many long strings.
    private static let page: Int64 = 5_000
    private static let blobPage: Int64 = 20

    /// The conversation that is being weighed, and how far that is.
    private struct Current {
        var row: Int64
        var weight = ConversationStatistics(conversations: 1, items: 0, bytes: 0, models: [], first: nil, last: nil)
        var lastTurn: Int64 = 0
        var hasTurns = true
        var branches: ArraySlice<Int64>
        /// The last place of the first branch that was looked at.
        var place: Int64 = 0
        var hasItems = true
        /// The last of its long strings.
        var blob: (place: Int64, digest: [UInt8]) = (0, [])
    }

    init(_ conversations: [Int64]) {
        waiting = conversations[...]
    }

    var isDone: Bool { waiting.isEmpty && current == nil }

    /// Goes on for one snapshot.
    mutating func advance(_ connection: any Connection) throws {
        let deadline = ContinuousClock.now + Self.time
        while !isDone, ContinuousClock.now < deadline { try step(connection) }
    }

    private mutating func step(_ connection: any Connection) throws {
        guard var now = try current ?? next(connection) else { return }
        if now.hasTurns {
            try Self.addTurns(to: &now, connection)
        } else if now.branches.isEmpty {
            weights[now.row] = now.weight
            current = nil
            return
        } else if now.hasItems {
            try Self.addItems(to: &now, connection)
        } else {
            try Self.addBlobs(to: &now, connection)
        }
        current = now
    }

    private mutating func next(_ connection: any Connection) throws -> Current? {
        guard let row = waiting.popFirst() else { return nil }
        let branches = try connection.rows(
            "SELECT id FROM branch WHERE conversation_id = ?",
            .integer(row)
        ) { try $0.integer(0) }
        return Current(row: row, branches: branches[...])
    }
}

extension Weighing {
    private static let turns = """
        SELECT page.model, count(*), sum(CASE WHEN page.status IN ('failed', 'cancelled') THEN 1 ELSE 0 END),
            coalesce(sum(page.input_tokens), 0), coalesce(sum(page.output_tokens), 0), coalesce(sum(page.cost), 0),
            min(page.created_at), max(page.created_at), max(page.id)
        FROM (
            SELECT id, model, status, input_tokens, output_tokens, cost, created_at
            FROM turn
            WHERE conversation_id = ?
            AND id > ?
            ORDER BY id
            LIMIT \(page)
        ) AS page
        GROUP BY page.model
        """

    private static func addTurns(to now: inout Current, _ connection: any Connection) throws {
        let found = try connection.rows(turns, .integer(now.row), .integer(now.lastTurn)) { row in
            var page = ConversationStatistics(conversations: 0, items: 0, bytes: 0, models: [], first: nil, last: nil)
            page.models = [
                ConversationStatistics.Model(
                    model: try row.text(0),
                    turns: try row.integer(1),
                    failed: try row.integer(2),
                    inputTokens: try row.integer(3),
                    outputTokens: try row.integer(4),
                    cost: try row.integer(5)
                )
            ]
            page.first = Timestamp(milliseconds: try row.integer(6))
            page.last = Timestamp(milliseconds: try row.integer(7))
            return (page: page, last: try row.integer(8))
        }
        for (page, last) in found {
            now.weight += page
            now.lastTurn = max(now.lastTurn, last)
        }
        now.hasTurns = found.reduce(0) { $0 + $1.page.turns } == page
    }

    private static func addItems(to now: inout Current, _ connection: any Connection) throws {
        guard let branch = now.branches.first else { return }
        let found = try connection.row(
            """
            SELECT count(*), coalesce(sum(page.bytes), 0), max(page.place)
            FROM (
                SELECT place, \(connection.dialect.byteCount(of: "json")) AS bytes
                FROM item
                WHERE place > ?
                AND place <= ?
                ORDER BY place
                LIMIT \(page)
            ) AS page
            """,
            .integer(max(now.place, Place(branch: branch, position: 0).key)),
            .integer(Place(branch: branch, position: Place.lastPosition).key)
        ) { (items: try $0.integer(0), bytes: try $0.integer(1), last: try $0.integerOrNil(2)) }
        now.weight.items += found?.items ?? 0
        now.weight.bytes += found?.bytes ?? 0
        now.place = found?.last ?? now.place
        now.hasItems = found?.items == page
        if !now.hasItems { now.blob = (Place(branch: branch, position: 0).key, []) }
    }

    private static func addBlobs(to now: inout Current, _ connection: any Connection) throws {
        guard let branch = now.branches.first else { return }
        let found = try connection.rows(
            """
            SELECT item_blob.place, item_blob.digest, \(connection.dialect.byteCount(of: "blob.content"))
            FROM item_blob
            JOIN blob ON blob.digest = item_blob.digest
            WHERE (item_blob.place, item_blob.digest) > (?, ?)
            AND item_blob.place <= ?
            ORDER BY item_blob.place, item_blob.digest
            LIMIT \(blobPage)
            """,
            .integer(now.blob.place),
            .blob(now.blob.digest),
            .integer(Place(branch: branch, position: Place.lastPosition).key)
        ) { (place: try $0.integer(0), digest: try $0.blob(1), bytes: try $0.integer(2)) }
        now.weight.bytes += found.reduce(0) { $0 + $1.bytes }
        if found.count == blobPage, let last = found.last {
            now.blob = (last.place, last.digest)
        } else {
            now.branches.removeFirst()
            (now.place, now.hasItems) = (0, true)
        }
    }
}

extension Store {
    /// What conversations come to, by their rows.
    ///
    /// Linear in their turns and items; other reads and writes go on in between.
    func weigh(_ conversations: [Int64]) async throws -> [Int64: ConversationStatistics] {
        var weighing = Weighing(conversations)
        while !weighing.isDone {
            weighing = try await database.readLong { [weighing] connection in
                var weighing = weighing
                try weighing.advance(connection)
                return weighing
            }
        }
        return weighing.weights
    }
}
