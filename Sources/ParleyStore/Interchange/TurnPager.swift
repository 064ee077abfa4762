import Parley

/// Reads the turns of an export page by page.
struct TurnPager {
    let connection: any Connection
    let conversation: ExportedConversation

    private static let most = 200
    private static let size = 256 << 10

    private struct Found {
        var row: Int64
        var input: Place?
        var record: TurnRecord
    }

    func page(after cursor: ExportCursor?) throws -> ExportPage<TurnRecord> {
        var rest = Self.size
        let rows = try connection.rows(
            Self.query,
            .integer(conversation.id.row),
            .integer(cursor?.last ?? 0),
            .integer(Self.most + 1)
        ) { row -> Found? in
            guard rest > 0 else { return nil }
            let (found, bytes) = try Self.turn(row)
            rest -= bytes
            return found
        }
        let wanted = try complete(rows.prefix(Self.most).compactMap(\.self))
        let next = wanted.count < rows.count ? wanted.last.map { ExportCursor(last: $0.row) } : nil
        return ExportPage(wanted.filter(isWanted).map(\.record), next: next)
    }

    /// The turns with what their parameters refer to, as many as fit with it.
    private func complete(_ turns: [Found]) throws -> [Found] {
        var complete: [Found] = []
        var rest = Self.size
        for var turn in turns where rest > 0 {
            if let parameters = turn.record.parameters, Blobs.refers(.object(parameters)) {
                let strings = try Blobs.strings(ofTurn: turn.row, connection)
                turn.record.parameters = Blobs.restore(parameters, strings)
                rest -= strings.values.reduce(0) { $0 + $1.utf8.count }
            }
            complete.append(turn)
        }
        return complete
    }

    /// With the active path alone go the turns whose question is on it.
    private func isWanted(_ turn: Found) -> Bool {
        guard conversation.scope == .active else { return true }
        return turn.input.map { place in conversation.lines.contains { $0.contains(place) } } ?? false
    }

    static let query = """
        SELECT turn.id, turn.public_id, turn.face, turn.status, turn.reason, turn.stored, turn.background,
            turn.upstream, turn.model, turn.instructions, turn.metadata, turn.parameters, turn.input_place,
            turn.input_count, turn.output_count, turn.choices, turn.finish, turn.input_tokens, turn.output_tokens,
            turn.cached_tokens, turn.reasoning_tokens, turn.usage_estimated, turn.cost, turn.created_at,
            turn.settled_at, turn.deleted_at, item.public_id, item.kind, turn.system_fingerprint, turn.service_tier
        FROM turn
        LEFT JOIN item ON item.place = turn.input_place
        WHERE turn.conversation_id = ?
        AND turn.id > ?
        AND turn.status <> 'running'
        ORDER BY turn.id
        LIMIT ?
        """

    private static func turn(_ row: any Row) throws -> (Found, bytes: Int) {
        var record = TurnRecord(
            key: Turn.ID(bytes: try row.blob(1)).text,
            face: Turn.Face(rawValue: try row.text(2)) ?? .chat,
            status: Turn.Status(rawValue: try row.text(3)) ?? .failed,
            model: try row.text(8),
            createdAt: Timestamp(milliseconds: try row.integer(23))
        )
        record.reason = try row.textOrNil(4)
        record.stored = try row.integer(5) == 1
        record.background = try row.integer(6) == 1
        record.upstream = try row.text(7)
        let texts = try [9, 10, 11, 15].map { try row.textOrNil($0) }
        let values = texts.map { $0.flatMap { try? JSON(parsing: $0) } }
        record.instructions = values[0]
        record.metadata = values[1]?.object.map(Self.pairs) ?? [:]
        record.parameters = values[2]?.object
        record.choices = values[3]
        record.inputCount = Int(try row.integer(13))
        record.outputCount = Int(try row.integer(14))
        record.finish = try row.textOrNil(16).flatMap(FinishReason.init(rawValue:))
        record.usage = try usage(row)
        record.cost = try row.integerOrNil(22)
        record.settledAt = try row.integerOrNil(24).map(Timestamp.init(milliseconds:))
        record.deletedAt = try row.integerOrNil(25).map(Timestamp.init(milliseconds:))
        record.input = try input(row)
        record.systemFingerprint = try row.textOrNil(28)
        record.serviceTier = try row.textOrNil(29)
        let place = try row.integerOrNil(12).map(Place.init(key:))
        let bytes = texts.reduce(256) { $0 + ($1?.utf8.count ?? 0) }
        return (Found(row: try row.integer(0), input: place, record: record), bytes)
    }

    private static func input(_ row: any Row) throws -> String? {
        guard let id = try row.blobOrNil(26), let kind = try row.textOrNil(27) else { return nil }
        return (ItemContent.Kind(rawValue: kind) ?? .other).idPrefix + Item.ID(bytes: id).digits
    }

    private static func usage(_ row: any Row) throws -> Usage? {
        guard let input = try row.integerOrNil(17), let output = try row.integerOrNil(18) else { return nil }
        return Usage(
            inputTokens: Int(input),
            outputTokens: Int(output),
            cachedTokens: Int(try row.integerOrNil(19) ?? 0),
            reasoningTokens: Int(try row.integerOrNil(20) ?? 0),
            estimated: try row.integer(21) == 1
        )
    }

    private static func pairs(_ object: JSON.Object) -> [String: String] {
        Dictionary(object.members.map { ($0.name, $0.value.string ?? "") }) { _, last in last }
    }
}
