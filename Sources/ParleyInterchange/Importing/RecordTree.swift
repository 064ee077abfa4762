import Parley

/// Gathers the items of a conversation, parents before children.
struct RecordTree {
    private(set) var items: [ItemRecord] = []

    /// Adds the items that one message stands for, each behind the one before.
    ///
    /// - Returns: the key of the last of them; `parent` when there is none.
    @discardableResult
    mutating func add(
        _ contents: [ItemContent],
        key: String,
        behind parent: String?,
        _ shape: (inout ItemRecord) -> Void = { _ in }
    ) -> String? {
        var parent = parent
        for (offset, content) in contents.enumerated() {
            var record = ItemRecord(key: offset == 0 ? key : "\(key)#\(offset + 1)", parent: parent, content: content)
            shape(&record)
            parent = record.key
            items.append(record)
        }
        return parent
    }

    /// Adds the items of a message that follows the one before, as in formats without a tree.
    ///
    /// Without a `key` of its own it is called by its place.
    mutating func append(
        _ contents: [ItemContent],
        key: String? = nil,
        _ shape: (inout ItemRecord) -> Void = { _ in }
    ) {
        add(contents, key: key ?? String(items.count + 1), behind: items.last?.key, shape)
    }

    /// Adds a message in the form of OpenAI's chat, with what stands beside it.
    mutating func append(_ message: JSON, of format: ImportFormat, _ notes: inout ImportNotes) {
        let first = String(items.count + 1)
        append(ForeignChatMessage.contents(message, of: format, &notes)) { item in
            if item.key == first, item.content.kind != .other { item.extra = ForeignChatMessage.extra(of: message) }
        }
    }

    /// Rates the last answer of the model.
    mutating func rateLast(_ rating: Int) {
        guard let index = items.lastIndex(where: { $0.content.kind == .message && $0.content.isFromModel }) else {
            return
        }
        items[index].rating = rating
    }

    /// The end of a line that was said last; of equal times the one that comes last.
    var newestLeaf: String? {
        let parents = Set(items.compactMap(\.parent))
        var newest: ItemRecord?
        for item in items where !parents.contains(item.key) {
            if let time = newest?.createdAt, (item.createdAt?.milliseconds ?? -1) < time.milliseconds { continue }
            newest = item
        }
        return newest?.key
    }

    /// What a person said first.
    var firstText: String? { items.first { $0.content.isFromUser }?.content.text }
}
