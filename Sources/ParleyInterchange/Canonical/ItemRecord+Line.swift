import Parley
import ParleyWire

extension ItemRecord {
    var json: JSON {
        var line = LineMembers()
        line.add("branch", branch)
        line.add("branched_at", branchedAt)
        line.add("chain", hexadecimal: tombstone?.chain)
        if tombstone == nil { line.add("content", .object(content.json)) }
        line.add("created_at", createdAt)
        line.add("deleted_at", tombstone?.deletedAt)
        line.add("edit_of", editOf)
        line.add("edited_at", editedAt)
        line.add("extra", extra)
        line.add("id", key)
        line.add("kind", tombstone?.kind.rawValue)
        line.add("match", hexadecimal: tombstone?.match)
        line.add("metadata", metadata)
        line.add("model", model)
        line.add("object", "item")
        line.add("pair", hexadecimal: tombstone?.pair)
        line.add(parent: parent)
        line.add("pinned", pinned)
        line.add("rating", rating)
        line.add("source_id", sourceID)
        if status != .completed { line.add("status", status.rawValue) }
        line.add("turn", turn)
        return line.json
    }

    /// With no `parent` it stands behind `previous`, so that lists can be written by hand.
    init(_ object: JSON.Object, previous: String?) throws {
        let members = ObjectMembers(object)
        let tombstone = try Tombstone(members)
        var content = ItemContent(try Self.content(object, isDeleted: tombstone != nil))
        if let tombstone { content.kind = tombstone.kind }
        let parent = object["parent"] == nil ? previous : try members.string("parent")
        self.init(key: try members.requiredString("id"), parent: parent, content: content)
        self.tombstone = tombstone
        branch = try members.integer("branch", atLeast: 0)
        branchedAt = try members.milliseconds("branched_at")
        status = try members.word("status") ?? .completed
        createdAt = try members.milliseconds("created_at")
        turn = try members.string("turn")
        model = try members.string("model")
        rating = try members.rating()
        pinned = try members.bool("pinned") ?? false
        metadata = try members.metadata() ?? [:]
        editOf = try members.string("edit_of")
        editedAt = try members.milliseconds("edited_at")
        sourceID = try members.string("source_id")
        extra = object["extra"]?.object ?? .init()
    }

    private static func content(_ object: JSON.Object, isDeleted: Bool) throws -> JSON.Object {
        if isDeleted { return .init() }
        guard let content = object["content"]?.object else {
            throw ParleyError(.missingParameter, "An item needs 'content', an object.", parameter: "content")
        }
        return content
    }
}

extension ItemRecord.Tombstone {
    fileprivate init?(_ members: ObjectMembers) throws {
        guard let deletedAt = try members.milliseconds("deleted_at") else { return nil }
        let chain = try members.bytes("chain")
        let match = try members.bytes("match")
        let pair = try members.bytes("pair")
        guard let chain, chain.count == 32, let match, match.count == 16, pair.map({ $0.count == 16 }) ?? true else {
            throw ParleyError(.invalidValue, "A deleted item needs its hashes 'chain' and 'match'.", parameter: "chain")
        }
        let kind: ItemContent.Kind = try members.word("kind") ?? .message
        self.init(kind: kind, chain: chain, match: match, pair: pair, deletedAt: deletedAt)
    }
}

extension LineMembers {
    /// Always said: without it an item would stand behind the one before.
    fileprivate mutating func add(parent: String?) {
        keep("parent", parent.map(JSON.string) ?? .null)
    }
}
