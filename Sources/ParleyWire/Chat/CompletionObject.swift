package import Parley

/// A stored completion as the API shows it: the answer as it was given, and its metadata.
package enum CompletionObject {
    package static func json(_ completion: StoredCompletion) -> JSON {
        let turn = completion.turn
        let answer = ChatAnswer(id: turn.idText, created: turn.createdAt.seconds, model: turn.model)
        let bytes = answer.object(
            ChatAnswer.choices(turn, outputs: completion.outputs),
            usage: turn.usage ?? Usage(inputTokens: 0, outputTokens: 0, estimated: true),
            fingerprint: turn.systemFingerprint,
            serviceTier: turn.serviceTier
        )
        var object = (try? JSON(parsing: bytes))?.object ?? .init()
        object["metadata"] = .object(ConversationObject.metadata(completion.metadata))
        return .object(object)
    }

    /// What tells a client that a stored completion is gone.
    package static func deleted(_ id: Turn.ID) -> JSON {
        ["id": .string(text(id)), "object": "chat.completion.deleted", "deleted": true]
    }

    /// The identifier on the wire.
    package static func text(_ id: Turn.ID) -> String { Turn.Face.chat.idPrefix + id.digits }

    /// Reads the body that replaces the metadata; `null` clears it.
    package static func metadata(_ body: JSON.Object) throws -> [String: String] {
        let members = ObjectMembers(body)
        guard body["metadata"] != nil else {
            throw ParleyError(.missingParameter, "Missing required parameter: 'metadata'.", parameter: "metadata")
        }
        return try members.metadata() ?? [:]
    }
}

extension CompletionObject {
    /// The messages that were sent for a completion, each under the completion's id and its number.
    ///
    /// `content` is a text or `null`; what was sent in several parts stands in `content_parts`.
    package static func messages(_ contents: [ItemContent], of id: Turn.ID) -> [JSON] {
        ChatMessages.messages(contents).enumerated().map { index, message in
            var object = message.object ?? .init()
            let content = object["content"] ?? .null
            object["id"] = .string("\(text(id))-\(index)")
            if object["name"] == nil { object["name"] = .null }
            object["content"] = content.array == nil ? content : .null
            object["content_parts"] = content.array == nil ? .null : content
            return .object(object.ordered(["id", "role", "content", "name", "content_parts"], adding: [:]))
        }
    }
}
