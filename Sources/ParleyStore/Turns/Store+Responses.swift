package import Parley

extension Store {
    package func head(behind response: Turn.ID, of owner: User.ID) throws -> ConversationHead {
        try database.read { connection in
            let found = try connection.row(
                Self.selectResponse,
                .blob(response.bytes),
                .integer(owner.rawValue)
            ) { row in
                ResponsePlace(
                    turn: try row.integer(0),
                    status: Turn.Status(rawValue: try row.text(1)) ?? .failed,
                    inputTip: try row.integerOrNil(2).map(Place.init(key:)),
                    conversation: try row.integerOrNil(3),
                    isHidden: try row.integerOrNil(4) == 1
                )
            }
            guard let found, let conversation = found.conversation else { throw Self.noResponse(response) }
            guard found.status == .completed || found.status == .incomplete else {
                throw Self.noResponse(response, because: " has not ended well")
            }
            let end = try Self.places(ofTurn: found.turn, around: found.inputTip, in: conversation, connection).last
            return try Self.head(at: end ?? found.inputTip, conversation, isHidden: found.isHidden, connection)
        }
    }

    private struct ResponsePlace {
        var turn: Int64
        var status: Turn.Status
        var inputTip: Place?
        var conversation: Int64?
        var isHidden: Bool
    }

    static let selectResponse = """
        SELECT turn.id, turn.status, turn.input_place, turn.conversation_id, conversation.hidden
        FROM turn
        LEFT JOIN conversation ON conversation.id = turn.conversation_id
        WHERE turn.public_id = ?
        AND turn.person_id = ?
        AND turn.face = 'response'
        AND turn.stored = 1
        AND conversation.removal_id IS NULL
        """

    private static func noResponse(_ id: Turn.ID, because reason: String = " not found") -> ParleyError {
        ParleyError(
            .previousResponseNotFound,
            "Previous response with id '\(Turn.Face.response.idPrefix)\(id.digits)'\(reason).",
            parameter: "previous_response_id"
        )
    }

    /// A path that ends at a place, without the settings of the conversation it lies in.
    private static func head(
        at place: Place?,
        _ conversation: Int64,
        isHidden: Bool,
        _ connection: any Connection
    ) throws -> ConversationHead {
        let path = try place.map { try PathReader.path(to: $0, connection) } ?? []
        return ConversationHead(
            id: .random(),
            row: conversation,
            settings: .init(),
            itemCount: Int(path.tip?.position ?? 0),
            isHidden: isHidden,
            cut: nil,
            hasPinned: false,
            path: path
        )
    }
}

extension Store {
    package func keptAnswer(of turn: Turn.ID, of owner: User.ID) throws -> KeptAnswer {
        try database.read { connection in
            let row = try connection.row(
                "SELECT id FROM turn WHERE public_id = ? AND person_id = ?",
                .blob(turn.bytes),
                .integer(owner.rawValue)
            ) { try $0.integer(0) }
            return try row.map { try ChunkRow.answer(of: $0, connection) } ?? KeptAnswer()
        }
    }

    package func inputItems(_ query: ItemQuery, of turn: Turn.ID, owner: User.ID) throws -> Page<Item> {
        try database.read { connection in
            let found = try connection.row(
                Self.selectResponse,
                .blob(turn.bytes),
                .integer(owner.rawValue)
            ) { (try $0.integerOrNil(2).map(Place.init(key:)), try $0.integerOrNil(3)) }
            guard let (tip, conversation) = found else {
                throw ParleyError.notFound("Response", Turn.Face.response.idPrefix + turn.digits)
            }
            guard let tip, let conversation else { return Page(elements: [], hasMore: false) }
            let head = try Self.head(at: tip, conversation, isHidden: true, connection)
            return try Self.items(query, on: head, connection)
        }
    }
}
