package import Parley

extension ConversationFilter {
    /// Reads a filter; what it does not know it refuses, for a condition that is overlooked lets too much through.
    package init(_ object: JSON.Object, path: String = "") throws {
        if let unknown = object.members.first(where: { FilterMember(rawValue: $0.name) == nil }) {
            throw ParleyError.unknownParameter(path + unknown.name, known: FilterMember.allCases.map(\.rawValue))
        }
        let members = ObjectMembers(object, path: path)
        self.init()
        title = try members.text(.title)
        tags = try members.filterTags()
        model = try members.text(.model)
        archived = try members.bool(FilterMember.archived.rawValue)
        pinned = try members.bool(FilterMember.pinned.rawValue)
        metadata = try members.metadata() ?? [:]
        isEmpty = try members.bool(FilterMember.empty.rawValue)
        createdBefore = try members.time(FilterMember.createdBefore.rawValue)
        createdAfter = try members.time(FilterMember.createdAfter.rawValue)
        updatedBefore = try members.time(FilterMember.updatedBefore.rawValue)
        updatedAfter = try members.time(FilterMember.updatedAfter.rawValue)
        try readNumbers(members)
    }

    private mutating func readNumbers(_ members: ObjectMembers) throws {
        minimumTurns = try members.integer(FilterMember.minimumTurns.rawValue, atLeast: 0)
        minimumTokens = try members.integer(FilterMember.minimumTokens.rawValue, atLeast: 0)
        minimumBytes = try members.integer(FilterMember.minimumBytes.rawValue, atLeast: 0).map(Int64.init)
        minimumCost = try members.integer(FilterMember.minimumCost.rawValue, atLeast: 0).map(Int64.init)
        rating = try members.rating()
    }
}

extension ObjectMembers {
    fileprivate func text(_ member: FilterMember) throws -> String? {
        guard let text = try string(member.rawValue) else { return nil }
        guard !text.isEmpty else {
            let name = path + member.rawValue
            throw ParleyError(.invalidValue, "'\(name)' must not be empty. Leave it out.", parameter: name)
        }
        return text
    }

    /// One tag, or a list of them.
    fileprivate func filterTags() throws -> [String] {
        if self["tag"]?.string != nil { return try text(.tag).map { [$0] } ?? [] }
        return try (array("tag") ?? []).map { element in
            guard let tag = element.string, !tag.isEmpty else {
                throw ParleyError(.invalidType, "'\(path)tag' must be texts.", parameter: "\(path)tag")
            }
            return tag
        }
    }

    /// 1 or -1.
    package func rating() throws -> Int? {
        guard let value = self["rating"] else { return nil }
        guard let rating = value.int, rating == 1 || rating == -1 else {
            throw ParleyError(.invalidValue, "'\(path)rating' must be 1 or -1.", parameter: "\(path)rating")
        }
        return rating
    }

    /// Unix seconds, or a day or moment by RFC 3339.
    package func time(_ name: String) throws -> Timestamp? {
        guard let value = self[name] else { return nil }
        if let time = value.int.flatMap(Timestamp.init(seconds:)) { return time }
        if let time = value.string.flatMap(Timestamp.init(text:)) { return time }
        throw ParleyError(
            .invalidValue,
            "'\(path)\(name)' must be a time: Unix seconds, '2025-01-31' or '2025-01-31T12:00:00Z'.",
            parameter: path + name
        )
    }
}
