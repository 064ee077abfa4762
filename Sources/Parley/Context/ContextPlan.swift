/// What a context is built from, apart from the history itself.
package struct ContextPlan: Sendable {
    package var policy: ContextPolicy
    package var budget: ContextBudget
    package var model: String
    package var profile: ModelProfile
    package var calibration: Calibration
    package var instructions: [ItemContent]
    /// The new input, oldest first.
    package var input: [ItemDraft]
    /// The tokens of the request's tool schemas.
    package var toolTokens: Int
    /// The position at which the policy `stable` last cut.
    package var cut: Int64?
    /// How many items the active path has.
    package var itemCount: Int
    /// Whole units that hold a pinned item, oldest first; charged before anything else of the history.
    package var pinned: [HistoryUnit]
    /// Whole older units that fit what is asked best, the best first; as many are sent as a share of the budget holds.
    package var recalled: [HistoryUnit] = []
    /// Whether the history goes out as it is, as a response's does: with its system and developer messages beside the
    /// instructions, and with what stands before the first user message.
    package var isVerbatim = false
    /// A summary that was just made and is not in the history yet.
    package var summary: Compaction?
    /// The tokens above which a summary of older turns is wanted; `nil` when never.
    package var summaryMark: Int?
    /// The position of the path's last item.
    package var tip: Int64 = 0
    /// What the request calls its new messages, for errors.
    package var inputName = "messages"
    /// Whether the report lists items, also dropped ones, up to ``explainLimit``.
    package var explains: Bool

    package static let explainLimit = 1000

    /// A user message and what followed it.
    package struct HistoryUnit: Sendable {
        /// The position of its user message.
        package var position: Int64
        package var items: [Item]

        package init(position: Int64, items: [Item]) {
            self.position = position
            self.items = items
        }
    }

    package init(
        policy: ContextPolicy,
        budget: ContextBudget,
        model: String,
        profile: ModelProfile,
        calibration: Calibration,
        instructions: [ItemContent],
        input: [ItemDraft],
        toolTokens: Int = 0,
        cut: Int64? = nil,
        itemCount: Int,
        pinned: [HistoryUnit] = [],
        explains: Bool = false
    ) {
        self.policy = policy
        self.budget = budget
        self.model = model
        self.profile = profile
        self.calibration = calibration
        self.instructions = instructions
        self.input = input
        self.toolTokens = toolTokens
        self.cut = cut
        self.itemCount = itemCount
        self.pinned = pinned
        self.explains = explains
    }
}
