package import Parley

/// What a search found, and the state of the index, as the API shows them.
package enum SearchObject {
    /// A list like any other; `index_lag` says how many items were not looked at.
    package static func json(_ page: SearchPage) -> JSON {
        var list = ListObject.json(page.hits.map(json), hasMore: page.hasMore).object ?? .init()
        list.append("index_lag", JSON(page.lag))
        return .object(list)
    }

    /// Highlights are pairs of positions in the snippet, in Unicode scalars, the second one exclusive.
    static func json(_ hit: SearchHit) -> JSON {
        let content = hit.item?.content
        return [
            "id": .string(hit.idText), "object": "search.hit", "match": hit.item == nil ? "title" : "item",
            "conversation_id": .string(hit.conversation.text), "conversation_title": .string(hit.title),
            "item_id": JSON((hit.item ?? hit.opening)?.idText),
            "type": JSON(content?.kind.rawValue), "role": JSON(role(of: content)),
            "model": JSON(hit.model), "created_at": JSON(hit.createdAt.seconds), "archived": .bool(hit.archived),
            "side_branch": .bool(hit.isOnSideBranch), "snippet": .string(hit.snippet.text),
            "highlights": .array(
                hit.snippet.highlights.map { [JSON($0.lowerBound), JSON($0.upperBound)] }
            ),
            "score": hit.score.map { .number(String($0)) } ?? .null,
        ]
    }

    package static func json(_ status: SearchStatus) -> JSON {
        [
            "object": "search.index", "version": JSON(status.version), "lag": JSON(status.lag),
            "rebuilding": .bool(status.isRebuilding), "size": JSON(status.size),
        ]
    }

    /// As a query's `role:` names it.
    private static func role(of content: ItemContent?) -> String? {
        switch content?.kind {
        case .message: content?.json["role"]?.string ?? "user"
        case .functionCall: "assistant"
        case .functionCallOutput: "tool"
        default: nil
        }
    }
}
