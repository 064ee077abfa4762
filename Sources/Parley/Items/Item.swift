/// One node of a conversation's tree.
package struct Item: Sendable, Identifiable {
    package var id: Identifier<Item>
    package var place: Place
    package var content: ItemContent
    package var status: Status
    package var createdAt: Timestamp
    /// The turn it came in or out with.
    package var turn: Turn.ID?
    /// The API through which that turn came.
    package var face: Turn.Face?
    /// The tokens of its text in o200k_base; `nil` until somebody needed them.
    package var tokens: Int?
    package var pinned: Bool
    /// What somebody thought of it: 1 or -1.
    package var rating: Int?

    package enum Status: String, Sendable {
        case completed
        case incomplete
    }

    package init(
        id: Identifier<Item>,
        place: Place,
        content: ItemContent,
        status: Status,
        createdAt: Timestamp,
        turn: Turn.ID?,
        tokens: Int?,
        pinned: Bool,
        rating: Int? = nil,
        face: Turn.Face? = nil
    ) {
        self.id = id
        self.place = place
        self.content = content
        self.status = status
        self.createdAt = createdAt
        self.turn = turn
        self.tokens = tokens
        self.pinned = pinned
        self.rating = rating
        self.face = face
    }

    /// A draft that was stored just now.
    package init(_ draft: ItemDraft, at place: Place, pinned: Bool = false) {
        self.init(
            id: draft.id,
            place: place,
            content: draft.content,
            status: draft.status,
            createdAt: .now,
            turn: nil,
            tokens: draft.tokens,
            pinned: pinned
        )
    }
}

extension Item {
    /// The response it came in or out with; `nil` when that was a turn of another face, or none.
    package var responseID: String? {
        guard face == .response, let turn else { return nil }
        return Turn.Face.response.idPrefix + turn.digits
    }

    /// The identifier on the wire; its prefix tells the kind.
    package var idText: String { content.kind.idPrefix + id.digits }
}

extension ItemContent.Kind {
    package var idPrefix: String {
        switch self {
        case .message: "msg_"
        case .functionCall: "fc_"
        case .functionCallOutput: "fco_"
        case .reasoning: "rs_"
        case .compaction: "cmp_"
        case .other: "item_"
        }
    }
}

/// An item that is about to be stored.
package struct ItemDraft: Sendable {
    package var id: Identifier<Item>
    package var content: ItemContent
    package var status: Item.Status
    package var tokens: Int?

    package init(
        _ content: ItemContent,
        id: Identifier<Item> = .random(),
        status: Item.Status = .completed,
        tokens: Int? = nil
    ) {
        self.id = id
        self.content = content
        self.status = status
        self.tokens = tokens
    }
}

extension Identifier<Item> {
    /// The id of the item that stands at `index` of a turn's answer.
    ///
    /// As unguessable as the turn's own, and the same whenever the answer is put together again.
    package static func part(_ index: Int, of turn: Turn.ID) -> Self {
        var bytes = turn.bytes
        for (offset, shift) in [(1, 0), (2, 8), (3, 16)] where bytes.count >= offset {
            bytes[bytes.count - offset] ^= UInt8(truncatingIfNeeded: (index &+ 1) >> shift)
        }
        return Self(bytes: bytes)
    }
}
