import Parley

/// What a response shows of its request, as it is stored: its tools and long strings stand in `blob`, once each.
struct TurnParameters: Sendable {
    let text: String
    let blobs: [[UInt8]: String]

    init(_ parameters: JSON.Object) {
        var parameters = parameters
        var tools: [[UInt8]: String] = [:]
        if let list = parameters["tools"]?.array, !list.isEmpty {
            (parameters["tools"], tools) = Blobs.extract(list: list)
        }
        let (json, strings) = Blobs.extract(.object(parameters))
        text = json.text
        blobs = strings.merging(tools) { $1 }
    }

    static let select = """
        SELECT turn_blob.digest, blob.content
        FROM turn
        JOIN turn_blob ON turn_blob.turn_id = turn.id
        JOIN blob ON blob.digest = turn_blob.digest
        WHERE turn.public_id = ?
        """

    /// The turn with what its parameters refer to.
    ///
    /// Costs nothing when they refer to nothing; only what the turn itself named is ever found.
    static func complete(_ turn: Turn, _ connection: any Connection) throws -> Turn {
        guard let parameters = turn.parameters, Blobs.refers(.object(parameters)) else { return turn }
        let blobs = try connection.rows(
            select,
            .blob(turn.id.bytes)
        ) { (Hexadecimal.encode(try $0.blob(0)), try $0.text(1)) }
        var turn = turn
        let strings = Dictionary(blobs) { first, _ in first }
        turn.parameters = Blobs.restore(.object(parameters), strings).object ?? parameters
        return turn
    }
}
