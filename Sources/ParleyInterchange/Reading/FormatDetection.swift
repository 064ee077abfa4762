package import Parley

extension ImportFormat {
    /// By how many levels the JSON of any format may be nested deeper than ours: messages lie within each other in one.
    static let extraLevels = 2000

    /// The format of a file by what one of its elements holds, never by its name; `nil` when it is none that we know.
    package static func detected(in element: JSON) -> ImportFormat? {
        guard let object = element.object else { return nil }
        let names = Set(object.members.map(\.name))
        if element["format"]?.string == "parley" || element["object"]?.string == "conversation" { return .parley }
        if element["mapping"]?.object != nil { return .chatGPT }
        if names.contains("chat_messages") { return .claude }
        if names.contains("chat-next-web-store") { return .nextChat }
        if isOpenWebUI(element) { return .openWebUI }
        if names.contains("conversationId"), names.contains("messages") || names.contains("messagesTree") {
            return .libreChat
        }
        if names.contains("version"), element["history"]?.array != nil { return .chatbotUI }
        if isShareGPT(element) { return .shareGPT }
        if isFineTune(element, names) { return .fineTune }
        return nil
    }

    /// The format of a file that is YAML.
    package static func detected(inYAML document: JSON) -> ImportFormat? {
        document["model"]?.string != nil && document["messages"]?.array != nil ? .aichat : nil
    }

    private static func isOpenWebUI(_ element: JSON) -> Bool {
        let chat = element["chat"] ?? element
        return chat["history"]?["messages"]?.object != nil || element["chat"]?["messages"]?.array != nil
    }

    private static func isShareGPT(_ element: JSON) -> Bool {
        if let first = element["messages"]?.array?.first, first["from"] != nil, first["value"] != nil { return true }
        guard let first = element["conversations"]?.array?.first else { return false }
        return first["from"] != nil && first["value"] != nil || first["role"] != nil && first["content"] != nil
    }

    private static func isFineTune(_ element: JSON, _ names: Set<String>) -> Bool {
        if names.contains("preferred_output"), element["input"]?["messages"]?.array != nil { return true }
        return element["messages"]?.array?.first?["role"]?.string != nil
    }
}

extension ImportNote {
    /// What a file is that lies beside the conversations of Claude's export and holds none.
    static func detected(in element: JSON) -> ImportNote? {
        guard let object = element.object else { return nil }
        let names = Set(object.members.map(\.name))
        if names.contains("conversations_memory") || names.contains("project_memories") { return .memory }
        return names.contains("uuid") && (names.contains("docs") || names.contains("prompt_template")) ? .project : nil
    }
}
