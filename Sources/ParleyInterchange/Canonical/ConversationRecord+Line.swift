import Parley
import ParleyWire

extension ConversationRecord {
    var json: JSON {
        var line = LineMembers()
        line.add("archived", archived)
        line.add("budget", budget)
        line.add("created_at", createdAt)
        line.add("cut", cut)
        line.add("extra", extra)
        line.add("held", held)
        line.add("id", id)
        line.add("instructions", instructions)
        line.add("metadata", metadata)
        line.add("model", model)
        line.add("object", "conversation")
        line.add("pinned", pinned)
        line.add("policy", policy)
        line.add("rewound", isRewound)
        line.add("source", source)
        line.add("source_id", sourceID)
        line.add("tags", tags.isEmpty ? nil : .array(tags.map(JSON.string)))
        line.add("tip", tip)
        line.add("title", title)
        line.add("updated_at", updatedAt)
        return line.json
    }

    /// The most bytes of a title; what a longer one says beyond is cut.
    ///
    /// Ours can be longer than those that people give: they are made of so many characters of any length.
    private static let titleLimit = (foreign: 512, own: 64 << 10)

    init(_ object: JSON.Object) throws {
        let members = ObjectMembers(object)
        self.init()
        id = try members.string("id")
        source = try members.string("source")
        sourceID = try members.string("source_id")
        title = Self.cut(
            try members.string("title") ?? "",
            to: id == nil ? Self.titleLimit.foreign : Self.titleLimit.own
        )
        createdAt = try members.milliseconds("created_at")
        updatedAt = try members.milliseconds("updated_at")
        model = try members.string("model")
        instructions = try members.string("instructions")
        policy = try members.policy()?.rawValue
        budget = try members.budget()
        cut = try members.integer("cut", atLeast: 1).map(Int64.init)
        metadata = try members.metadata() ?? [:]
        tags = try members.tags() ?? []
        pinned = try members.bool("pinned") ?? false
        archived = try members.bool("archived") ?? false
        held = try members.bool("held") ?? false
        tip = try members.string("tip")
        isRewound = try members.bool("rewound") ?? false
        extra = object["extra"]?.object ?? .init()
    }

    private static func cut(_ title: String, to limit: Int) -> String {
        guard title.utf8.count > limit else { return title }
        var count = 0
        return String(
            title.prefix {
                count += $0.utf8.count
                return count <= limit
            }
        )
    }
}

extension ObjectMembers {
    func milliseconds(_ name: String) throws -> Timestamp? {
        guard let value = self[name] else { return nil }
        guard let number = value.int else {
            throw ParleyError(.invalidType, "'\(name)' must be Unix milliseconds.", parameter: name)
        }
        return Timestamp(milliseconds: Int64(number))
    }

    func bytes(_ name: String) throws -> [UInt8]? {
        guard let text = try string(name) else { return nil }
        guard let bytes = Hexadecimal.decode(Array(text.utf8)) else {
            throw ParleyError(.invalidValue, "'\(name)' must be hexadecimal digits.", parameter: name)
        }
        return bytes
    }

    /// One of a closed list of words.
    func word<Word: RawRepresentable<String>>(_ name: String, _ type: Word.Type = Word.self) throws -> Word? {
        guard let text = try string(name) else { return nil }
        guard let word = Word(rawValue: text) else {
            throw ParleyError(.invalidValue, "'\(name)' is none of the words that it can be.", parameter: name)
        }
        return word
    }
}
