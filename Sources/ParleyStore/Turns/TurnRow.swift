import Parley

/// How rows of the `turn` table become turns, and what is written of them.
enum TurnRow {
    static let columns = """
        turn.public_id, CASE WHEN conversation.hidden = 0 THEN conversation.public_id END, turn.face, turn.status, turn.reason, turn.model, turn.created_at,
        turn.settled_at, turn.input_tokens, turn.output_tokens, turn.cached_tokens, turn.reasoning_tokens,
        turn.usage_estimated, turn.finish, turn.choices, turn.parameters, turn.background, turn.stored,
        turn.system_fingerprint, turn.service_tier
        """

    static let tables = "turn LEFT JOIN conversation ON conversation.id = turn.conversation_id"

    static let byID = "SELECT \(columns) FROM \(tables) WHERE turn.public_id = ? AND turn.person_id = ?"

    static let byConversation = """
        SELECT \(columns)
        FROM \(tables)
        WHERE turn.conversation_id = ?
        AND turn.id < ?
        ORDER BY turn.id DESC
        LIMIT ?
        """

    /// The row of a turn of this conversation.
    static func row(of id: Turn.ID, in conversation: Int64, _ connection: any Connection) throws -> Int64 {
        let row = try connection.row(
            "SELECT id FROM turn WHERE public_id = ? AND conversation_id = ?",
            .blob(id.bytes),
            .integer(conversation)
        ) { try $0.integer(0) }
        guard let row else { throw ParleyError.unknownCursor }
        return row
    }

    static func turn(_ row: any Row) throws -> Turn {
        var turn = Turn(
            id: Identifier(bytes: try row.blob(0)),
            conversation: try row.blobOrNil(1).map(Identifier.init(bytes:)),
            face: Turn.Face(rawValue: try row.text(2)) ?? .chat,
            status: Turn.Status(rawValue: try row.text(3)) ?? .failed,
            reason: try row.textOrNil(4),
            model: try row.text(5),
            createdAt: Timestamp(milliseconds: try row.integer(6)),
            settledAt: try row.integerOrNil(7).map(Timestamp.init(milliseconds:)),
            usage: try usage(row),
            finish: try row.textOrNil(13).flatMap(FinishReason.init(rawValue:)),
            choices: try row.textOrNil(14).map { Array($0.utf8) }
        )
        turn.parameters = try row.textOrNil(15).flatMap { (try? JSON(parsing: Array($0.utf8)))?.object }
        turn.background = try row.integer(16) == 1
        turn.stored = try row.integer(17) == 1
        turn.systemFingerprint = try row.textOrNil(18)
        turn.serviceTier = try row.textOrNil(19)
        return turn
    }

    private static func usage(_ row: any Row) throws -> Usage? {
        guard let input = try row.integerOrNil(8), let output = try row.integerOrNil(9) else { return nil }
        return Usage(
            inputTokens: Int(input),
            outputTokens: Int(output),
            cachedTokens: Int(try row.integerOrNil(10) ?? 0),
            reasoningTokens: Int(try row.integerOrNil(11) ?? 0),
            estimated: try row.integer(12) == 1
        )
    }

    /// - Returns: the new row.
    static func insert(
        _ acceptance: TurnAcceptance,
        conversation: Int64?,
        inputTip: Place?,
        fingerprint: [UInt8]?,
        parameters: TurnParameters? = nil,
        process: Int64,
        _ connection: any Connection
    ) throws -> Int64 {
        let instructions = acceptance.instructions.map { JSON.object($0.json) }
        let metadata = JSON.object(.init(acceptance.metadata.map { .init(name: $0.key, value: .string($0.value)) }))
        let row = try connection.row(
            """
            INSERT INTO turn (person_id, public_id, conversation_id, api_key_id, process_id, face, status, stored,
                fingerprint, upstream, model, instructions, metadata, input_place, input_count, output_count,
                usage_estimated, reserved_tokens, background, parameters, created_at)
            VALUES (?, ?, ?, ?, ?, ?, 'running', ?, ?, ?, ?, ?, ?, ?, ?, 0, 0, ?, ?, ?, ?)
            RETURNING id
            """,
            .integer(acceptance.owner.rawValue),
            .blob(acceptance.id.bytes),
            .integer(conversation),
            .integer(acceptance.key?.rawValue),
            .integer(process),
            .text(acceptance.face.rawValue),
            .bool(acceptance.stored),
            .blob(fingerprint),
            .text(acceptance.route.upstream),
            .text(acceptance.route.model),
            .text(instructions.isEmpty || conversation == nil ? nil : JSON.array(instructions).text),
            .text(acceptance.metadata.isEmpty ? nil : metadata.text),
            .integer(inputTip?.key),
            .integer(acceptance.input.count),
            .integer(acceptance.reservedTokens),
            .bool(acceptance.background),
            .text(parameters?.text),
            .integer(acceptance.createdAt.milliseconds)
        ) { try $0.integer(0) }
        guard let row else { throw ParleyError(.internalError, "No turn was made.") }
        if let blobs = parameters?.blobs { try Blobs.insert(blobs, forTurn: row, connection) }
        return row
    }

    /// Ends a running turn.
    /// - Returns: whether it still ran.
    static func settle(_ settlement: TurnSettlement, row: Int64, _ connection: any Connection) throws -> Bool {
        let usage = settlement.usage
        return try connection.run(
            """
            UPDATE turn
            SET status = ?, reason = ?, model = coalesce(?, model), finish = ?, output_count = ?, choices = ?,
                system_fingerprint = ?, service_tier = ?, input_tokens = ?, output_tokens = ?, cached_tokens = ?, reasoning_tokens = ?, usage_estimated = ?,
                cost = ?, reserved_tokens = 0, settled_at = ?
            WHERE id = ?
            AND status = 'running'
            """,
            .text(settlement.status.rawValue),
            .text(settlement.reason),
            .text(settlement.model),
            .text(settlement.finish?.rawValue),
            .integer(settlement.outputs.count),
            .text(settlement.choices.map { String(decoding: $0, as: UTF8.self) }),
            .text(settlement.systemFingerprint),
            .text(settlement.serviceTier),
            .integer(usage?.inputTokens),
            .integer(usage?.outputTokens),
            .integer(usage?.cachedTokens),
            .integer(usage?.reasoningTokens),
            .bool(usage?.estimated ?? false),
            .integer(settlement.cost),
            .integer(settlement.settledAt.milliseconds),
            .integer(row)
        ) == 1
    }
}
