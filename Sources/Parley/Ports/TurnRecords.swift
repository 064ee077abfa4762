/// A turn that is about to be stored.
package struct TurnAcceptance: Sendable {
    package var id: Turn.ID
    package var owner: User.ID
    package var key: APIKey.ID?
    package var face: Turn.Face
    package var target: Target
    package var input: [ItemDraft]
    /// The request's leading system and developer messages.
    package var instructions: [ItemContent]
    /// Whether it can be fetched by its OpenAI id later.
    package var stored: Bool
    package var metadata: [String: String]
    package var route: ModelRoute
    package var endUser: String?
    package var idempotency: IdempotencyKey?
    /// The request's bytes, by which the same request sent again is recognised; `nil` when that is not wanted.
    package var fingerprint: [UInt8]?
    /// An SDK says that it sends this request again.
    package var isRetry: Bool
    package var reservedTokens: Int
    /// The position at which the policy `stable` cuts from now on.
    package var newCut: Int64?
    /// Keep the instructions as the conversation's own, which has none yet.
    package var adoptsInstructions: Bool
    /// Whether the path's conversation moves its tip here when the turn ends well.
    package var movesTip = true
    package var background = false
    /// What a response shows of its request.
    package var parameters: JSON.Object?
    /// What is shown before the answer, when that is kept.
    package var opening: TurnOpening?
    package var createdAt = Timestamp.now
    /// What is set aside for it; `nil` when no budget counts.
    package var reservation: Reservation?

    /// Where its items go.
    package enum Target: Sendable {
        /// Nowhere: no text is kept.
        case unrecorded
        /// Behind the tip of this path.
        case conversation(ConversationHead)
        /// Behind the longest stored prefix of `input`, else into a new conversation.
        case match
        /// Into a new conversation that is never listed.
        case hidden
    }

    package init(
        id: Turn.ID,
        owner: User.ID,
        key: APIKey.ID?,
        face: Turn.Face,
        target: Target,
        input: [ItemDraft],
        instructions: [ItemContent],
        stored: Bool,
        metadata: [String: String],
        route: ModelRoute,
        endUser: String?,
        idempotency: IdempotencyKey?,
        fingerprint: [UInt8]?,
        isRetry: Bool,
        reservedTokens: Int,
        newCut: Int64?,
        adoptsInstructions: Bool
    ) {
        self.id = id
        self.owner = owner
        self.key = key
        self.face = face
        self.target = target
        self.input = input
        self.instructions = instructions
        self.stored = stored
        self.metadata = metadata
        self.route = route
        self.endUser = endUser
        self.idempotency = idempotency
        self.fingerprint = fingerprint
        self.isRetry = isRetry
        self.reservedTokens = reservedTokens
        self.newCut = newCut
        self.adoptsInstructions = adoptsInstructions
    }
}

/// What became of a request at the door.
package enum TurnAdmission: Sendable {
    /// It is stored and may run.
    case accepted(AcceptedTurn)
    /// It was sent before; that turn runs or has ended.
    case known(Turn.ID)
}

/// A turn whose input is durable.
package struct AcceptedTurn: Sendable {
    package var id: Turn.ID
    /// Rows, for the store's own use.
    package var row: Int64
    package var conversation: Conversation.ID?
    package var conversationRow: Int64?
    /// Under which item the answer goes.
    package var inputTip: Place?
    /// The hashes of the path down to there, so that the answer's need no reading.
    package var hashes: PathHashes
    package var endUser: String?
    package var owner: User.ID
    /// Whether its conversation's tip moves here when it ends well.
    package var movesTip = true
    package var createdAt = Timestamp.now
    /// Something is set aside for it until it is settled.
    package var isReserved = false

    package init(
        id: Turn.ID,
        row: Int64,
        conversation: Conversation.ID?,
        conversationRow: Int64?,
        inputTip: Place?,
        hashes: PathHashes,
        endUser: String?,
        owner: User.ID
    ) {
        self.id = id
        self.row = row
        self.conversation = conversation
        self.conversationRow = conversationRow
        self.inputTip = inputTip
        self.hashes = hashes
        self.endUser = endUser
        self.owner = owner
    }
}

/// The two hashes of a path down to an item, and what that item means.
package struct PathHashes: Hashable, Sendable {
    /// Over the exact JSON of everything on the path.
    package var chain: [UInt8]
    /// Over the meaning of everything on the path.
    package var match: [UInt8]
    /// The meaning of the last item that has one.
    package var meaning: [UInt8]?

    package init(chain: [UInt8] = [], match: [UInt8] = [], meaning: [UInt8]? = nil) {
        self.chain = chain
        self.match = match
        self.meaning = meaning
    }
}

/// What a running turn has said since the last checkpoint.
package struct TurnCheckpoint: Sendable {
    package var row: Int64
    package var part: Int
    package var deltas: [AnswerDelta]

    package init(row: Int64, part: Int, deltas: [AnswerDelta]) {
        self.row = row
        self.part = part
        self.deltas = deltas
    }
}

/// How a turn ends.
package struct TurnSettlement: Sendable {
    package var turn: AcceptedTurn
    package var status: Turn.Status
    package var reason: String?
    package var outputs: [ItemDraft]
    /// Whether the active path now ends with this turn.
    package var movesTip: Bool
    package var model: String?
    package var finish: FinishReason?
    package var usage: Usage?
    package var cost: Int64?
    /// The `choices` as they were sent, when somebody may ask for them again.
    package var choices: [UInt8]?
    /// `system_fingerprint` and `service_tier`, for the same.
    package var systemFingerprint: String?
    package var serviceTier: String?
    /// What was said last by a turn whose pieces are kept, and is not kept yet.
    package var rest: TurnCheckpoint?
    package var settledAt = Timestamp.now

    package init(
        turn: AcceptedTurn,
        status: Turn.Status,
        reason: String?,
        outputs: [ItemDraft],
        movesTip: Bool,
        model: String?,
        finish: FinishReason?,
        usage: Usage?,
        cost: Int64?,
        choices: [UInt8]?
    ) {
        self.turn = turn
        self.status = status
        self.reason = reason
        self.outputs = outputs
        self.movesTip = movesTip
        self.model = model
        self.finish = finish
        self.usage = usage
        self.cost = cost
        self.choices = choices
    }
}

extension TurnSettlement {
    /// What counts as used.
    ///
    /// `nil` for a turn of which nobody knows that the upstream charges anything: it failed, or the process died, before
    /// a word came. One that its client stopped counts from the beginning, or stopping would be free.
    package var taken: Usage? {
        guard let usage else { return nil }
        return status == .failed && usage.estimated && usage.outputTokens == 0 ? nil : usage
    }
}

/// A turn that has ended and is durable.
package struct SettledTurn: Sendable {
    package var status: Turn.Status
    /// The places of the outputs, in order.
    package var outputs: [Place]

    package init(status: Turn.Status, outputs: [Place]) {
        self.status = status
        self.outputs = outputs
    }
}
