package import Parley

/// An item as a line of the canonical form.
package struct ItemRecord: Hashable, Sendable {
    /// What later lines call it, our id (`msg_…`) or that of the other program.
    ///
    /// Unique within its conversation.
    package var key: String
    /// The key of the item it stands behind; `nil` at the root.
    package var parent: String?
    /// The number of its branch within the conversation, counted from 0 as they appear; `nil` lets the reader decide:
    /// behind its parent on the same branch while nothing stands there, else on a new one.
    package var branch: Int?
    package var content: ItemContent
    package var status: Item.Status = .completed
    package var createdAt: Timestamp?
    /// The key of the turn it belongs to.
    package var turn: String?
    /// The model that said it, when no turn says so.
    package var model: String?
    /// 1 or -1; `nil` when nobody rated it.
    package var rating: Int?
    package var pinned = false
    package var metadata: [String: String] = [:]
    package var extra: JSON.Object = .init()

    package init(key: String, parent: String?, content: ItemContent) {
        self.key = key
        self.parent = parent
        self.content = content
    }
}
