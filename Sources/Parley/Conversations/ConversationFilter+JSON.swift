extension ConversationFilter {
    /// The filter as the API writes it.
    package var json: JSON.Object {
        var object = JSON.Object()
        object["q"] = title.map(JSON.string)
        if !tags.isEmpty { object["tag"] = .array(tags.map(JSON.string)) }
        object["model"] = model.map(JSON.string)
        object["archived"] = archived.map(JSON.bool)
        object["pinned"] = pinned.map(JSON.bool)
        if !metadata.isEmpty {
            let pairs = metadata.sorted { $0.key < $1.key }
            object["metadata"] = .object(.init(pairs.map { .init(name: $0.key, value: .string($0.value)) }))
        }
        object["created_before"] = createdBefore.map(\.json)
        object["created_after"] = createdAfter.map(\.json)
        object["updated_before"] = updatedBefore.map(\.json)
        object["updated_after"] = updatedAfter.map(\.json)
        object["min_turns"] = minimumTurns.map { JSON($0) }
        object["rating"] = rating.map { JSON($0) }
        object["empty"] = isEmpty.map(JSON.bool)
        object["min_tokens"] = minimumTokens.map { JSON($0) }
        object["min_bytes"] = minimumBytes.map { JSON($0) }
        object["min_cost"] = minimumCost.map { JSON($0) }
        return object
    }
}

extension RemovalRequest {
    /// Which conversations are meant, as the API writes it.
    package var json: JSON.Object {
        var object = filter.json
        object["conversation_count"] = conversations.map { JSON($0.count) }
        object["keep"] = keep.map { JSON($0) }
        object["deleted_before"] = deletedBefore.map(\.json)
        if !exceptTags.isEmpty { object["except_tags"] = .array(exceptTags.map(JSON.string)) }
        return object
    }

    /// The same as a report keeps it, without words that may be those of what was removed.
    package var report: JSON.Object {
        var object = json
        if filter.title != nil { object["q"] = Self.unsaid }
        let names = filter.metadata.keys.sorted()
        if !names.isEmpty {
            object["metadata"] = .object(.init(names.map { .init(name: $0, value: Self.unsaid) }))
        }
        return object
    }

    private static let unsaid = JSON.string("…")
}
