package import Parley

/// A line of a conversation's tree as the API shows it.
///
/// Its id is that of the first item that it has for itself, which stays the same as long as the line exists.
package enum BranchObject {
    package static func json(_ branch: Branch) -> JSON {
        [
            "id": .string(branch.first.text), "object": "conversation.branch", "tip": .string(branch.tip.text),
            "fork": JSON(branch.fork?.text), "item_count": JSON(branch.itemCount), "active": .bool(branch.isActive),
            "created_at": JSON(branch.createdAt.seconds), "updated_at": JSON(branch.updatedAt.seconds),
        ]
    }
}

extension ConversationFork {
    /// Reads the body that copies a path into a new conversation.
    package init(_ body: JSON.Object) throws {
        let members = ObjectMembers(body)
        self.init(
            item: try members.string("item").map(ItemObject.id),
            title: try members.title(),
            metadata: try members.metadata() ?? [:]
        )
    }
}

/// Where the active path is to end.
package struct TipChange: Sendable {
    package var item: Item.ID
    /// Whether it goes on to the newest end under the item.
    package var follow: Bool

    /// Reads the body that moves the tip.
    package init(_ body: JSON.Object) throws {
        let members = ObjectMembers(body)
        item = try ItemObject.id(members.requiredString("item"))
        follow = try members.bool("follow") ?? false
    }
}
