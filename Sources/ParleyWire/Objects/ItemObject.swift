package import Parley

/// An item as the API shows it: its kind, our id and status, then whatever its own JSON holds.
///
/// The response it belongs to, and that it is pinned, are said of those items alone of which it is so.
package enum ItemObject {
    package static func json(_ item: Item) -> JSON {
        var object = json(item.content, id: item.id, item.status)
        if let response = item.responseID { object.append("response_id", .string(response)) }
        if item.pinned { object.append("pinned", true) }
        if let rating = item.rating { object.append("rating", JSON(rating)) }
        return .object(object)
    }

    /// An item of an answer that is about to be stored, as it will be shown.
    package static func json(_ draft: ItemDraft) -> JSON {
        .object(json(draft.content, id: draft.id, draft.status))
    }

    private static func json(_ content: ItemContent, id: Item.ID, _ status: Item.Status) -> JSON.Object {
        let idText = content.kind.idPrefix + id.digits
        let content = content.json
        var object = JSON.Object([
            .init(name: "type", value: content["type"] ?? "message"),
            .init(name: "id", value: .string(idText)),
            .init(name: "status", value: .string(status.rawValue)),
        ])
        for member in content.members where member.name != "type" {
            object.append(member.name, member.name == "content" ? shown(member.value) : member.value)
        }
        return object
    }

    /// The parts of a message with what typed clients require of an image and chats leave out.
    private static func shown(_ content: JSON) -> JSON {
        func isBare(_ part: JSON) -> Bool { part["type"]?.string == "input_image" && part["detail"] == nil }
        guard case .array(let parts) = content, parts.contains(where: isBare) else { return content }
        return .array(
            parts.map { part in
                guard isBare(part), var object = part.object else { return part }
                object["detail"] = "auto"
                return .object(object)
            }
        )
    }

    /// A page of items.
    package static func list(_ page: Page<Item>) -> JSON {
        ListObject.json(page.elements.map(json), hasMore: page.hasMore)
    }
}
