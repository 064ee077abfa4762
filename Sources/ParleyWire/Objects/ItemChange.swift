package import Parley

/// What is asked of an item: other members, which make an edit, or a pin.
package struct ItemChange: Sendable {
    /// The members to be edited; empty when only the pin changes.
    package var members: JSON.Object
    package var pinned: Bool?
    package var rating: ConversationChange.Update<Int>

    /// Reads the body that changes an item.
    package init(_ body: JSON.Object) throws {
        pinned = try ObjectMembers(body).bool("pinned")
        rating = try ObjectMembers(body).update("rating") { try $0.rating() }
        members = body
        for name in ItemContent.ours { members[name] = nil }
        guard !members.members.isEmpty || pinned != nil || body["rating"] != nil else {
            throw ParleyError(.missingParameter, "Missing required parameter: 'content'.", parameter: "content")
        }
    }

    package var isEdit: Bool { !members.members.isEmpty }

    /// The new text of a compaction, which alone can be changed of one; `nil` for other items.
    package func summary(of original: Item) throws -> String? {
        guard isEdit, original.content.kind == .compaction else { return nil }
        return try ObjectMembers(members).requiredString("summary")
    }

    /// The item as it is after the edit.
    ///
    /// Members with a `type` or a `role` among them are a whole item; others replace those of the original.
    /// - Throws: errors that name the member which is wrong, as one of `item`.
    package func draft(from original: Item) throws -> ItemDraft {
        var object = original.content.json
        if members["type"] != nil || members["role"] != nil {
            object = members
        } else {
            for member in members.members { object[member.name] = member.value }
        }
        return ItemDraft(try ItemObject.content(object, "item"))
    }
}

extension ItemObject {
    /// The identifier of an item in a body.
    ///
    /// - Throws: ``ParleyError/Code/notFound`` when it cannot be one, as for one that nobody has.
    static func id(_ text: String) throws -> Item.ID {
        guard let id = Item.ID(text) else { throw ParleyError.notFound("Item", text) }
        return id
    }
}
