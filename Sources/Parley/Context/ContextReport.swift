/// What a context took and left, and which rule decided.
package struct ContextReport: Sendable {
    package var policy: ContextPolicy
    package var budget: ContextBudget
    package var model: String
    /// Whether the counts are the model's own or rest on a formula or a learnt ratio.
    package var exact: Bool
    /// The tokens of the context as the model will count them.
    package var tokens: Int
    package var instructionTokens: Int
    package var toolTokens: Int
    /// Items of the active path that were sent, and all others.
    package var kept: Int
    package var dropped: Int
    /// The tokens at the head of the context that the previous one had too, when the policy keeps them the same.
    package var cachedPrefix: Int
    /// The items that were looked at, newest first.
    package var entries: [Entry]

    package struct Entry: Sendable {
        package var item: Item
        package var tokens: Int
        package var fate: Fate
        package var rule: Rule
    }

    /// What became of an item.
    package enum Fate: String, Sendable {
        case kept
        case dropped
        case pinned
        case summarised
        case recalled
    }

    /// Why.
    package enum Rule: String, Sendable {
        case newest = "newest_turn"
        case fits
        case pinned
        case overBudget = "over_budget"
        case turnLimit = "turn_limit"
        case beforeCut = "before_cut"
        case noUserBefore = "no_user_message_before"
        case notForModel = "not_sent_to_models"
        case summarised = "covered_by_summary"
        case recalled = "search_hit"
    }

    /// What the budget leaves.
    package var remaining: Int { max(0, budget.tokens - tokens) }
}

/// What is sent upstream for a turn.
package struct Context: Sendable {
    /// The instructions in front.
    package var instructions: [ItemContent]
    /// The items of history that are kept, oldest first, then the new input.
    package var items: [ItemContent]
    package var report: ContextReport
    /// Where the policy `stable` cuts from now on, when it moved.
    package var newCut: Int64?
    /// The position up to which a summary has to stand for the history before this can be sent; `nil` when it is not
    /// wanted.
    package var summariseUpTo: Int64?
    /// The summary that stands at the head of the items, and what it covers.
    package var summary: Compaction?
    /// Items whose tokens were counted now for the first time.
    package var newCounts: [Place: Int]
    /// The tokens in our own counting, for learning.
    package var counted: Int
}
