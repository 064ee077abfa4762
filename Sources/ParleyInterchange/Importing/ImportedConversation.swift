package import Parley

/// A conversation of another program in the canonical form.
package struct ImportedConversation: Hashable, Sendable {
    package var conversation: ConversationRecord
    /// Parents before children.
    package var items: [ItemRecord]
    package var notes: ImportNotes

    package init(_ conversation: ConversationRecord, _ items: [ItemRecord], _ notes: ImportNotes) {
        self.conversation = conversation
        self.items = items
        self.notes = notes
    }
}

/// What comes out of a file, one after the other.
package enum ImportStep: Sendable {
    case conversation(ImportedConversation)
    /// A line of our own form, without its line feed.
    case line([UInt8])
    case problem(ImportProblem)
    /// Something that is no conversation.
    case leftOut(ImportNote)
}
