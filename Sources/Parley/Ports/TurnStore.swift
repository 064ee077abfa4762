/// Where turns are kept: the two commits of a turn, and what is read for them.
package protocol TurnStore: CompletionStore, SpendingStore {
    /// What a turn on a named conversation starts from.
    func head(of conversation: Conversation.ID, of owner: User.ID) throws -> ConversationHead

    /// What a turn starts from that goes on behind a stored response.
    ///
    /// - Throws: ``ParleyError/Code/previousResponseNotFound`` unless that response is the owner's, is stored and ended
    ///   well.
    func head(behind response: Turn.ID, of owner: User.ID) throws -> ConversationHead

    /// Hands the items of a path newest first, in pages read in one snapshot, until `visit` says that it has enough.
    func visitHistory(_ head: ConversationHead, _ visit: (Item) -> Bool) throws

    /// Whole units of a path that hold pinned items, oldest first.
    func pinnedUnits(_ head: ConversationHead) throws -> [ContextPlan.HistoryUnit]

    /// Whole units of a path that have most to do with a text, the best first.
    ///
    /// None when that cannot be said quickly: a turn never fails because of it.
    func recall(_ text: String, on head: ConversationHead, of owner: User.ID) -> [ContextPlan.HistoryUnit]

    /// Where on the active path a list ends that a client sent in full.
    ///
    /// - Returns: the head cut back to that place, and how many items of the list are known; 0 when nothing is.
    func locate(
        _ list: [ItemContent],
        on head: ConversationHead,
        endUser: String?,
        of owner: User.ID
    ) throws -> (head: ConversationHead, known: Int)

    /// Whether the key of a caller is still good; costs no reading unless some key has changed since it was shown.
    func mayGoOn(_ caller: Caller) throws -> Bool

    /// Recognises the request, or stores its input and the running turn, in one commit.
    func accept(_ acceptance: TurnAcceptance) async throws -> TurnAdmission

    /// The turn that was begun under an idempotency key, if it runs or was answered.
    ///
    /// - Throws: ``ParleyError/Code/idempotencyKeyReused`` when the key stood before another request.
    func turn(begunWith key: IdempotencyKey, of owner: User.ID) throws -> Turn.ID?

    /// The turn that this same request began under the same key a short while ago, if it runs or was answered.
    func turn(begunBy request: [UInt8], key: APIKey.ID?, of owner: User.ID) throws -> Turn.ID?

    /// Keeps what running turns have said since the last time, all in one commit. Not waited for.
    func checkpoint(_ parts: [TurnCheckpoint])

    /// Keeps what a running turn has said, and returns when that is durable.
    func keep(_ part: TurnCheckpoint) async throws

    /// What a turn in the background has said, piece by piece; empty when that is not kept any more.
    func keptAnswer(of turn: Turn.ID, of owner: User.ID) throws -> KeptAnswer

    /// Seals a text that a client carries for us, so that only its owner can bring it back.
    func seal(_ text: String, for owner: User.ID) throws -> String

    /// The text that was sealed for that owner; `nil` when it was not.
    func unseal(_ sealed: String, of owner: User.ID) throws -> String?

    /// Forgets a stored response; its text goes when nothing that lives stands on it.
    ///
    /// - Throws: ``ParleyError/Code/notFound`` when there is none.
    func deleteResponse(_ id: Turn.ID, of owner: User.ID) async throws

    /// A page of what the model got in a turn, apart from instructions.
    func inputItems(_ query: ItemQuery, of turn: Turn.ID, owner: User.ID) throws -> Page<Item>

    /// Stores the answer and ends the turn, in one commit. Moves the tip when the settlement says so.
    func settle(_ settlement: TurnSettlement) async throws -> SettledTurn

    /// Ends a turn of which no text is kept. Not waited for.
    func settleUnrecorded(_ settlement: TurnSettlement, _ acceptance: TurnAcceptance)

    func turn(_ id: Turn.ID, of owner: User.ID) throws -> Turn

    /// What a turn took in and put out, in order, whether or not it is on the active path.
    func items(of turn: Turn.ID, owner: User.ID) throws -> (input: [Item], output: [Item])

    /// The turns of a conversation, newest first; a page after the turn that the last page ended with.
    func turns(of conversation: Conversation.ID, after: Turn.ID?, limit: Int, owner: User.ID) throws -> Page<Turn>

    /// The answer kept for an idempotency key of a request that is no turn.
    func answer(to key: IdempotencyKey, of owner: User.ID) throws -> StoredAnswer?

    func keep(_ answer: StoredAnswer, for key: IdempotencyKey, of owner: User.ID) async throws

    /// What was learnt about how upstreams count.
    func calibrations() throws -> [ModelRoute: Calibration]

    func keep(_ calibration: Calibration, for route: ModelRoute)

    /// Keeps token counts that were made while a context was built. Not waited for.
    func keep(_ counts: [Place: Int])
}

/// A conversation as a turn finds it: what holds for it and where its active path ends.
package struct ConversationHead: Sendable {
    package var id: Conversation.ID
    /// The row, for the store's own use.
    package var row: Int64
    package var settings: Conversation.Settings
    package var itemCount: Int
    /// Made for a response that named no conversation.
    package var isHidden: Bool
    package var cut: Int64?
    /// Whether any item of it is pinned.
    package var hasPinned: Bool
    /// The branches of the path, root first, each up to the position where the next one leaves it.
    package var path: [PathSegment]

    /// Where the policy `stable` last cut, unless the path has been cut shorter than that since.
    package var cutOnPath: Int64? {
        guard let cut, let tip, cut <= tip.position else { return nil }
        return cut
    }

    /// Where a turn starts from that has no history.
    static var nothing: Self {
        Self(id: .random(), row: 0, settings: .init(), itemCount: 0, cut: nil, hasPinned: false, path: [])
    }

    /// The same conversation, as if its path ended at a position.
    func cut(to position: Int64) -> Self {
        var head = self
        head.path = PathSegment.cut(path, to: position)
        return head
    }

    /// The last item of the path.
    package var tip: Place? {
        path.last.flatMap { $0.last > 0 ? Place(branch: $0.branch, position: $0.last) : nil }
    }

    package init(
        id: Conversation.ID,
        row: Int64,
        settings: Conversation.Settings,
        itemCount: Int,
        isHidden: Bool = false,
        cut: Int64?,
        hasPinned: Bool,
        path: [PathSegment]
    ) {
        self.id = id
        self.row = row
        self.settings = settings
        self.itemCount = itemCount
        self.isHidden = isHidden
        self.cut = cut
        self.hasPinned = hasPinned
        self.path = path
    }
}

/// The part of one branch that belongs to a path: positions `first...last`.
package struct PathSegment: Hashable, Sendable {
    package var branch: Int64
    package var first: Int64
    package var last: Int64

    package init(branch: Int64, first: Int64, last: Int64) {
        self.branch = branch
        self.first = first
        self.last = last
    }
}

extension PathSegment {
    /// The part of a path up to a position; empty segments fall away.
    package static func cut(_ path: [PathSegment], to last: Int64) -> [PathSegment] {
        path.compactMap { segment in
            guard segment.first <= last else { return nil }
            return PathSegment(branch: segment.branch, first: segment.first, last: min(segment.last, last))
        }
    }
}

/// A key that a client chose so that the same request sent twice is carried out once.
package struct IdempotencyKey: Hashable, Sendable {
    package var key: String
    /// What the request was, so that another one under the same key is told apart.
    package var request: [UInt8]

    package init(key: String, request: [UInt8]) {
        self.key = key
        self.request = request
    }
}

/// An answer as it went out.
package struct StoredAnswer: Sendable {
    package var status: Int
    package var body: String

    package init(status: Int, body: String) {
        self.status = status
        self.body = body
    }
}
