import Parley

/// `text` of a request: in which form the model is to answer.
package struct ResponseFormat: Sendable {
    /// The format as it was sent; `nil` for plain text.
    private let format: JSON.Object?
    private let verbosity: String?

    init(_ members: ObjectMembers) throws {
        let text = try members.object("text")
        verbosity = try text?.word("verbosity", ["low", "medium", "high"])
        guard let format = text?["format"] else {
            self.format = nil
            return
        }
        guard let object = format.object, let type = object["type"]?.string else {
            throw ParleyError(
                .invalidType,
                "'text.format' must be an object with a 'type'.",
                parameter: "text.format"
            )
        }
        try Self.check(object, type)
        self.format = object
    }

    private static func check(_ object: JSON.Object, _ type: String) throws {
        guard ["text", "json_object", "json_schema"].contains(type) else {
            throw ParleyError(
                .invalidValue,
                "'text.format.type' must be 'text', 'json_object' or 'json_schema'.",
                parameter: "text.format.type"
            )
        }
        guard type == "json_schema" else { return }
        let members = ObjectMembers(object, path: "text.format.")
        _ = try members.requiredString("name")
        guard try members.object("schema") != nil else {
            throw ParleyError(
                .missingParameter,
                "Missing required parameter: 'text.format.schema'.",
                parameter: "text.format.schema"
            )
        }
    }

    /// As the response repeats it.
    var echo: JSON {
        ["format": format.map(JSON.object) ?? ["type": "text"], "verbosity": .string(verbosity ?? "medium")]
    }

    /// The members of a chat request that mean the same.
    var chat: [JSON.Object.Member] {
        var members: [JSON.Object.Member] = []
        if let verbosity { members.append(.init(name: "verbosity", value: .string(verbosity))) }
        switch format?["type"]?.string {
        case "json_object": members.append(.init(name: "response_format", value: ["type": "json_object"]))
        case "json_schema":
            let schema = JSON.Object((format?.members ?? []).filter { $0.name != "type" })
            let wrapped: JSON = ["type": "json_schema", "json_schema": .object(schema)]
            members.append(.init(name: "response_format", value: wrapped))
        default: break
        }
        return members
    }
}
