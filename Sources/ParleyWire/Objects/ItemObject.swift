package import Parley

/// An item as the API shows it: its kind, our id and status, then whatever its own JSON holds.
///
/// The response it belongs to, and that it is pinned, are said of those items alone of which it is so.
package enum ItemObject {
    package static func json(_ item: Item) -> JSON {
        let content = item.content.json
        var object = JSON.Object([
            .init(name: "type", value: content["type"] ?? "message"),
            .init(name: "id", value: .string(item.idText)),
            .init(name: "status", value: .string(item.status.rawValue)),
        ])
        for member in content.members where member.name != "type" { object.append(member.name, member.value) }
        if let response = item.responseID { object.append("response_id", .string(response)) }
        if item.pinned { object.append("pinned", true) }
        return .object(object)
    }

    /// A page of items.
    package static func list(_ page: Page<Item>) -> JSON {
        ListObject.json(page.elements.map(json), hasMore: page.hasMore)
    }
}
