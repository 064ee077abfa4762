import Parley

/// One node of a mapping.
struct ChatGPTNode {
    let id: String
    let parent: String?
    /// `nil` at the root.
    let message: ChatGPTMessage?
    private let children: JSON?

    init(id: String, _ json: JSON) {
        self.id = id
        var parent: String?
        var message: JSON.Object?
        var children: JSON?
        for member in json.object?.members ?? [] {
            switch member.name {
            case "parent": parent = member.value.string
            case "message": message = member.value.object
            case "children": children = member.value
            default: break
            }
        }
        self.parent = parent
        self.message = message.map(ChatGPTMessage.init)
        self.children = children
    }

    /// Where it stands; an order of children that has one child says nothing.
    var place: MessageForest.Node {
        guard let list = children?.array, list.count > 1 else { return .init(id: id, parent: parent) }
        return .init(id: id, parent: parent, children: list.compactMap(\.string))
    }
}
