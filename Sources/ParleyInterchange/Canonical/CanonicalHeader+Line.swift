import Parley
import ParleyWire

extension CanonicalHeader {
    func json(withTime: Bool) -> JSON {
        var line = LineMembers()
        line.add("branches", hasAllBranches ? "all" : "active")
        if withTime { line.add("exported_at", exportedAt) }
        line.add("filter", filter)
        line.add("format", "parley")
        line.add("object", "export")
        line.add("redacted", isRedacted)
        line.add("version", CanonicalLine.version)
        return line.json
    }

    init(_ object: JSON.Object) throws {
        let members = ObjectMembers(object)
        self.init(
            exportedAt: try members.milliseconds("exported_at") ?? Timestamp(milliseconds: 0),
            filter: object["filter"]?.object ?? .init(),
            hasAllBranches: try members.string("branches") != "active"
        )
        isRedacted = try members.bool("redacted") ?? false
    }
}

extension CanonicalManifest {
    var json: JSON {
        var line = LineMembers()
        line.add("conversations", counts.conversations)
        line.add("items", counts.items)
        line.add("object", "manifest")
        line.add("sha256", hexadecimal: digest)
        line.add("turns", counts.turns)
        return line.json
    }

    init(_ object: JSON.Object) throws {
        let members = ObjectMembers(object)
        var counts = CanonicalCounts()
        counts.conversations = try members.integer("conversations", atLeast: 0) ?? 0
        counts.items = try members.integer("items", atLeast: 0) ?? 0
        counts.turns = try members.integer("turns", atLeast: 0) ?? 0
        self.init(counts: counts, digest: try members.bytes("sha256") ?? [])
    }
}
