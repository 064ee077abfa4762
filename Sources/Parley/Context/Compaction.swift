/// A summary that stands in contexts for the items before it, which stay where they are.
package struct Compaction: Hashable, Sendable {
    /// What the model reads instead.
    package var summary: String
    /// It stands for the items of its path up to this position.
    package var covers: Int64
    /// The model that wrote it.
    package var model: String

    package init(summary: String, covers: Int64, model: String) {
        self.summary = summary
        self.covers = covers
        self.model = model
    }

    /// The compaction that an item holds; `nil` for other items, and for one that a client brought along, which stands
    /// for nothing that is stored.
    package init?(_ content: ItemContent) {
        guard content.kind == .compaction, let covers = content.json["covers"]?.int, covers > 0 else { return nil }
        self.init(
            summary: content.text,
            covers: Int64(covers),
            model: content.json["model"]?.string ?? ""
        )
    }

    /// The item that keeps it, with its sealed form for clients that carry their own history.
    package func content(sealed: String) -> ItemContent {
        ItemContent(
            .init(
                [
                    .init(name: "type", value: "compaction"), .init(name: "encrypted_content", value: .string(sealed)),
                    .init(name: "summary", value: .string(summary)), .init(name: "model", value: .string(model)),
                ] + (covers > 0 ? [.init(name: "covers", value: JSON(covers))] : [])
            )
        )
    }
}

extension Compaction {
    /// What is sent to the model.
    package var message: ItemContent {
        ItemContent(role: .system, text: "Summary of the conversation so far:\n\(summary)")
    }
}
