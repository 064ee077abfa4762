import Parley

extension Table {
    /// Conversations as a list; the first digits of an id are enough to name one.
    static func conversations(
        _ conversations: [JSON],
        _ columns: [ConversationColumn] = ConversationColumn.standard,
        whenEmpty emptyText: String = "There are no conversations yet. Begin one with `parley chat`."
    ) -> Table {
        Table(
            columns.map(\.column),
            rows: conversations.map { conversation in columns.map { $0.cell(conversation) } },
            whenEmpty: emptyText
        )
    }
}
