package import Parley

/// Reads the members of a JSON object, with OpenAI's errors for what is wrong.
///
/// An explicit `null` reads as absent; where it means something else, ``isNull(_:)`` tells.
package struct ObjectMembers {
    private let object: JSON.Object
    /// What stands in front of a member's name when an error names it: `context.`.
    let path: String

    package init(_ object: JSON.Object, path: String = "") {
        self.object = object
        self.path = path
    }

    package subscript(name: String) -> JSON? {
        guard let value = object[name], value != .null else { return nil }
        return value
    }

    package func isNull(_ name: String) -> Bool { object[name] == .null }

    package func string(_ name: String) throws -> String? {
        try read(name, "a string", \.string)
    }

    package func requiredString(_ name: String) throws -> String {
        guard let value = try string(name), !value.isEmpty else {
            throw ParleyError(
                .missingParameter,
                "Missing required parameter: '\(path)\(name)'.",
                parameter: path + name
            )
        }
        return value
    }

    package func bool(_ name: String) throws -> Bool? {
        try read(name, "true or false", \.bool)
    }

    package func array(_ name: String) throws -> [JSON]? {
        try read(name, "an array", \.array)
    }

    package func object(_ name: String) throws -> ObjectMembers? {
        try read(name, "an object", \.object).map { ObjectMembers($0, path: "\(path)\(name).") }
    }

    /// A whole number of at least `minimum`.
    package func integer(_ name: String, atLeast minimum: Int) throws -> Int? {
        guard let value = try read(name, "a whole number", \.int) else { return nil }
        guard value >= minimum else {
            throw ParleyError(.belowMinimum, "'\(path)\(name)' must be at least \(minimum).", parameter: path + name)
        }
        return value
    }

    /// What becomes of a setting: kept when absent, cleared by `null`.
    func update<Value>(
        _ name: String,
        _ read: (ObjectMembers) throws -> Value?
    ) throws -> ConversationChange.Update<Value> {
        guard !isNull(name) else { return .clear }
        return try read(self).map { .set($0) } ?? .keep
    }

    private func read<Value>(_ name: String, _ expected: String, _ value: (JSON) -> Value?) throws -> Value? {
        guard let json = self[name] else { return nil }
        guard let value = value(json) else {
            throw ParleyError(.invalidType, "'\(path)\(name)' must be \(expected).", parameter: path + name)
        }
        return value
    }
}

// MARK: The members of conversations

extension ObjectMembers {
    /// At most 512 bytes of text on one line.
    func title() throws -> String? {
        guard let title = try string("title") else { return nil }
        guard title.utf8.count <= 512 else {
            throw ParleyError(.stringTooLong, "'title' must have at most 512 bytes.", parameter: "title")
        }
        return title
    }

    package func metadata() throws -> [String: String]? {
        try read("metadata", "an object", \.object).map(MemberReader.metadata)
    }

    /// At most 16 texts of up to 64 characters; one that comes twice counts once.
    package func tags() throws -> [String]? {
        guard let list = try array("tags") else { return nil }
        guard list.count <= 16 else {
            throw ParleyError(.arrayTooLong, "'tags' must have at most 16 elements.", parameter: "tags")
        }
        var tags: [String] = []
        for element in list {
            guard let tag = element.string, !tag.isEmpty, tag.count <= 64 else {
                throw ParleyError(.invalidValue, "A tag is a text of 1 to 64 characters.", parameter: "tags")
            }
            if !tags.contains(tag) { tags.append(tag) }
        }
        return tags
    }

    package func policy() throws -> ContextPolicy? {
        guard let text = try string("policy") else { return nil }
        guard let policy = ContextPolicy(rawValue: text) else {
            throw ParleyError(
                .invalidValue,
                "'\(path)policy' must be 'all', 'recent', 'stable', 'summary', 'recall' or 'turns:N'.",
                parameter: "\(path)policy"
            )
        }
        return policy
    }

    package func budget() throws -> Int? {
        try integer("budget", in: 1...Usage.ceiling)
    }
}
