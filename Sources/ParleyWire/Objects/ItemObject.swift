package import Parley

/// An item as the API shows it: its kind, our id and status, then whatever its own JSON holds.
package enum ItemObject {
    package static func json(_ item: Item) -> JSON {
        let content = item.content.json
        var object = JSON.Object([
            .init(name: "type", value: content["type"] ?? "message"),
            .init(name: "id", value: .string(item.idText)),
            .init(name: "status", value: .string(item.status.rawValue)),
        ])
        for member in content.members where member.name != "type" { object.append(member.name, member.value) }
        return .object(object)
    }

    /// A page of items.
    package static func list(_ page: Page<Item>) -> JSON {
        ListObject.json(page.elements.map(json), hasMore: page.hasMore)
    }
}
