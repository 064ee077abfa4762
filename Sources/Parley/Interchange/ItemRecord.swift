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
    /// When its branch was begun; only of the first item on it.
    package var branchedAt: Timestamp?
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
    /// The key of the item that it is an edit of.
    package var editOf: String?
    /// What it was called in the program it came from, when ``key`` is ours.
    package var sourceID: String?
    /// When the text of a compaction was last edited.
    package var editedAt: Timestamp?
    /// What is left of an item that was deleted; its content is empty.
    package var tombstone: Tombstone?
    package var extra: JSON.Object = .init()

    /// What keeps the place of a deleted item, so that the path below it stays what it was.
    package struct Tombstone: Hashable, Sendable {
        package var kind: ItemContent.Kind
        /// The hashes of the item that was, under the key of the user it was exported from.
        package var chain: [UInt8]
        package var match: [UInt8]
        package var pair: [UInt8]?
        package var deletedAt: Timestamp

        package init(kind: ItemContent.Kind, chain: [UInt8], match: [UInt8], pair: [UInt8]?, deletedAt: Timestamp) {
            self.kind = kind
            self.chain = chain
            self.match = match
            self.pair = pair
            self.deletedAt = deletedAt
        }
    }

    package init(key: String, parent: String?, content: ItemContent) {
        self.key = key
        self.parent = parent
        self.content = content
    }
}
