import Parley

/// The body of a turn as the command line sends it.
struct TurnBody: Sendable {
    var text: String
    var conversation: String?
    /// Stands in for the conversation's own instructions.
    var system: String?
    var model: String?
    var temperature: Double?
    var maximumTokens: Int?
    var streams = true

    var json: JSON {
        var messages: [JSON] = [["role": "user", "content": .string(text)]]
        if let system { messages.insert(["role": "system", "content": .string(system)], at: 0) }
        var body = JSON.Object()
        body["model"] = model.map(JSON.string)
        body["conversation"] = conversation.map(JSON.string)
        body["messages"] = .array(messages)
        body["temperature"] = temperature.map { JSON($0) }
        body["max_tokens"] = maximumTokens.map { JSON($0) }
        body["stream"] = .bool(streams)
        if streams { body["stream_options"] = ["include_usage": true] }
        return .object(body)
    }

    /// A conversation that begins with this message, so that `-c` finds it again.
    var newConversation: JSON {
        var body = JSON.Object()
        body["title"] = .string(Conversation.title(from: text))
        body["metadata"] = ["origin": "cli"]
        body["model"] = model.map(JSON.string)
        body["instructions"] = system.map(JSON.string)
        return .object(body)
    }
}
