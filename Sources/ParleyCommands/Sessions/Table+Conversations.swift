import Parley

extension Table {
    /// Conversations as a list; the first digits of an id are enough to name one.
    static func conversations(_ conversations: [JSON]) -> Table {
        Table(
            [
                Column(heading: "ID"), Column(heading: "CHANGED"), Column(heading: "ITEMS", isNumber: true),
                Column(heading: "TITLE", isFlexible: true),
            ],
            rows: conversations.map { conversation in
                [
                    ConversationReference.short(conversation["id"]?.string ?? ""),
                    TimeText.of(conversation["updated_at"]), (conversation["item_count"]?.int ?? 0).description,
                    conversation["title"]?.string ?? "",
                ]
            },
            whenEmpty: "There are no conversations yet. Begin one with `parley chat`."
        )
    }
}
