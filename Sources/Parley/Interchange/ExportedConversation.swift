/// A conversation as an export names it.
package struct ExportID: Hashable, Sendable {
    package var row: Int64

    package init(row: Int64) {
        self.row = row
    }
}

/// What of a conversation is exported.
package enum ExportScope: String, CaseIterable, Sendable {
    /// Every branch.
    case all
    /// The active path.
    case active
}

/// A conversation of an export, and the lines of items that its pages come from.
package struct ExportedConversation: Sendable {
    package var id: ExportID
    package var scope: ExportScope
    package var record: ConversationRecord
    package var conversation: Conversation
    package var lines: [PathSegment]
    /// The end of the active path.
    package var tip: Place?

    package init(
        id: ExportID,
        scope: ExportScope,
        record: ConversationRecord,
        conversation: Conversation,
        lines: [PathSegment],
        tip: Place?
    ) {
        self.id = id
        self.scope = scope
        self.record = record
        self.conversation = conversation
        self.lines = lines
        self.tip = tip
    }
}

/// An item of an export, with what stands beside it.
package struct ExportedItem: Sendable {
    package var item: Item
    package var record: ItemRecord
    /// The model that said it, by its turn or by itself.
    package var model: String?

    package init(item: Item, record: ItemRecord, model: String?) {
        self.item = item
        self.record = record
        self.model = model
    }

    /// Whether its text is there.
    package var isAlive: Bool { record.tombstone == nil }
}

/// Where an export goes on.
package struct ExportCursor: Hashable, Sendable {
    package var line: Int
    package var last: Int64

    package init(line: Int = 0, last: Int64) {
        self.line = line
        self.last = last
    }
}

package struct ExportPage<Element: Sendable>: Sendable {
    package var elements: [Element]
    /// `nil` when nothing follows.
    package var next: ExportCursor?

    package init(_ elements: [Element], next: ExportCursor?) {
        self.elements = elements
        self.next = next
    }
}
