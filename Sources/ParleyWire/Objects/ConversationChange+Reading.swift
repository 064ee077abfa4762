package import Parley

extension NewConversation {
    /// Reads the body that creates a conversation.
    ///
    /// Unknown members are ignored, those that are ours to say too.
    package init(_ body: JSON.Object) throws {
        let members = ObjectMembers(body)
        self.init(title: try members.title() ?? "", metadata: try members.metadata() ?? [:])
        settings.model = try members.string("model")
        settings.instructions = try members.string("instructions")
        if let context = try members.object("context") {
            settings.policy = try context.policy()
            settings.budget = try context.budget()
        }
        if let list = try members.array("items") { items = try ItemObject.drafts(list, parameter: "items") }
        if title.isEmpty, let said = items.first(where: { $0.content.isFromUser }) {
            title = Conversation.title(from: said.content.text)
        }
    }
}

extension ConversationChange {
    /// Reads the body that updates a conversation: what is absent stays, `null` clears, metadata and tags replace.
    package init(_ body: JSON.Object) throws {
        let members = ObjectMembers(body)
        self.init()
        title = members.isNull("title") ? "" : try members.title()
        metadata = members.isNull("metadata") ? [:] : try members.metadata()
        tags = members.isNull("tags") ? [] : try members.tags()
        pinned = try members.bool("pinned")
        archived = try members.bool("archived")
        held = try members.bool("held")
        model = try members.update("model") { try $0.string("model") }
        instructions = try members.update("instructions") { try $0.string("instructions") }
        if members.isNull("context") { (policy, budget) = (.clear, .clear) }
        if let context = try members.object("context") {
            policy = try context.update("policy") { try $0.policy() }
            budget = try context.update("budget") { try $0.budget() }
        }
    }
}
