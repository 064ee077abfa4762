import Parley

/// Turns the conversations of one format into canonical records.
protocol ConversationDecoder: Sendable {
    /// By how many levels its JSON may be nested deeper than ours.
    var extraLevels: Int { get }

    /// The conversations that one element of a file holds.
    func conversations(in element: JSON) -> [JSON]

    /// - Throws: what is wrong with it; never traps, whatever it is.
    func decode(_ conversation: JSON, _ decoding: inout Decoding) throws(ImportProblem) -> ImportedConversation
}

extension ConversationDecoder {
    var extraLevels: Int { 0 }

    func conversations(in element: JSON) -> [JSON] { [element] }
}

extension ConversationRecord {
    init(_ format: ImportFormat, id: String) {
        self.init()
        source = format.rawValue
        sourceID = id
    }

    /// The conversation with its items, titled by what was said first when it has no title.
    ///
    /// - Throws: an ``ImportProblem`` when nothing was said.
    consuming func with(_ tree: RecordTree, _ decoding: Decoding) throws(ImportProblem) -> ImportedConversation {
        guard !tree.items.isEmpty else { throw .empty(title.isEmpty ? sourceID ?? decoding.place : title) }
        if title.allSatisfy(\.isWhitespace) { title = Conversation.title(from: tree.firstText ?? "") }
        limitTags()
        return ImportedConversation(self, tree.items, decoding.notes)
    }

    /// How many tags a conversation of ours has, and how long they are; what is beyond is kept aside.
    private mutating func limitTags() {
        let (most, longest) = (16, 64)
        guard tags.count > most || tags.contains(where: { $0.count > longest }) else { return }
        extra["tags"] = .array(tags.map(JSON.string))
        tags = tags.filter { $0.count <= longest }.prefix(most).map(\.self)
    }
}
