/// A conversation as a line of the canonical form, which everything that is exported or imported passes through.
///
/// Its items follow as ``ItemRecord``, parents before children; then its turns as ``TurnRecord``. Times are Unix
/// milliseconds.
package struct ConversationRecord: Hashable, Sendable {
    /// Ours (`conv_…`); `nil` when it comes from another program.
    package var id: String?
    /// The program it comes from (`chatgpt`, `claude`, …) and what it is called there: the pair by which a second import
    /// recognises it.
    package var source: String?
    package var sourceID: String?
    package var title: String = ""
    package var createdAt: Timestamp?
    package var updatedAt: Timestamp?
    package var model: String?
    package var instructions: String?
    package var policy: String?
    package var budget: Int?
    /// Where the policy `stable` last cut: the position at which contexts begin.
    package var cut: Int64?
    package var metadata: [String: String] = [:]
    package var tags: [String] = []
    package var pinned = false
    package var archived = false
    /// Never pruned.
    package var held = false
    /// The key of the last item of the active path; `nil` for the last item that follows, unless ``isRewound``.
    package var tip: String?
    /// The active path is empty although there are items.
    package var isRewound = false
    /// What the other program knew of it that has no member here.
    package var extra: JSON.Object = .init()

    package init() {}
}
