import Parley

/// The tables in which messages are known by the hash of what they say, and a thread by its last message.
///
/// A hash that does not fit what it names is told, where it can be computed.
struct LLMThreads {
    private let tables: any ForeignTables
    private let texts: [Int: String]

    private static let turnColumns = [
        "id", "parent_message_hash", "tip_message_hash", "model", "resolved_model", "datetime_utc", "input_tokens",
        "output_tokens", "duration_ms", "options_json", "token_details",
    ]
    /// What is read of a turn in another way.
    private static let known: Set = [
        "id", "parent_message_hash", "tip_message_hash", "model", "resolved_model", "datetime_utc",
    ]

    /// `nil` when the tables are not there.
    init?(_ tables: any ForeignTables) throws {
        guard try Set(tables.columns(of: "threads")).isSuperset(of: ["id", "tip_message_hash"]),
            try Set(tables.columns(of: "messages")).isSuperset(of: ["hash", "parent_hash", "role"]),
            try Set(tables.columns(of: "parts")).isSuperset(of: ["message_hash", "type", "payload"])
        else { return nil }
        self.tables = tables
        texts = try LLMSideTables.texts(tables)
    }

    func conversations() throws -> [LLMConversation] {
        try tables.all("threads", ["id", "name", "tip_message_hash", "forked_from", "datetime_utc"], orderedBy: ["id"])
            .map(LLMConversation.thread)
    }

    func decode(_ row: JSON.Object, _ decoding: inout Decoding) throws -> ImportedConversation? {
        let id = row["id"].map { $0.string ?? $0.text } ?? ""
        var record = ConversationRecord(.llm, id: id)
        record.title = row["name"]?.string ?? ""
        record.createdAt = decoding.time(row["datetime_utc"])
        if let origin = row["forked_from"].flatMap(ForeignSecrets.removed) {
            record.extra.append("forked_from", origin)
        }
        let path = try path(to: row["tip_message_hash"]?.string, &decoding.notes)
        let turns = try turns(of: id, path)
        record.model = path.lazy.compactMap { $0["hash"]?.string.flatMap { turns[$0]?["model"]?.string } }.first
        var tree = RecordTree()
        var parts = LLMParts(tables, texts)
        for message in path {
            let hash = message["hash"]?.string ?? ""
            let turn = turns[hash]
            let time = decoding.time(turn?["datetime_utc"])
            let contents = try parts.contents(of: message, &decoding.notes)
            tree.append(contents, key: hash) { item in
                item.createdAt = time
                if item.content.isFromModel { item.model = turn?["resolved_model"]?.string ?? turn?["model"]?.string }
                guard let turn, item.key == hash, turn["tip_message_hash"]?.string == hash else { return }
                item.extra = LLMResponse.extra(of: turn, without: Self.known)
            }
            record.updatedAt = time ?? record.updatedAt
        }
        return try record.with(tree, decoding)
    }

    /// The messages from the first to the tip.
    private func path(to tip: String?, _ notes: inout ImportNotes) throws -> [JSON.Object] {
        var path: [JSON.Object] = []
        var seen: Set<String> = []
        var next = tip
        while let hash = next {
            guard seen.insert(hash).inserted else {
                notes.add(.cycle)
                break
            }
            let there = try Set(tables.columns(of: "messages"))
            let columns = ["hash", "parent_hash", "role", "provider_metadata"].filter(there.contains)
            let rows = try tables.rows(of: "messages", columns: columns, matching: ("hash", hash), orderedBy: [])
            guard let row = try rows.next() else {
                notes.add(.lostParent)
                break
            }
            path.append(row)
            next = row["parent_hash"]?.string
        }
        return path.reversed()
    }

    /// The turn that brought each message: its output lies behind `parent_message_hash`, up to `tip_message_hash`.
    private func turns(of thread: String, _ path: [JSON.Object]) throws -> [String: JSON.Object] {
        let there = try Set(tables.columns(of: "turns"))
        guard there.contains("thread_id"), there.contains("tip_message_hash") else { return [:] }
        let columns = Self.turnColumns.filter(there.contains)
        let rows = try tables.rows(of: "turns", columns: columns, matching: ("thread_id", thread), orderedBy: ["id"])
        var ending: [String: JSON.Object] = [:]
        while let row = try rows.next() {
            if let tip = row["tip_message_hash"]?.string { ending[tip] = row }
        }
        var turns: [String: JSON.Object] = [:]
        var current: JSON.Object?
        for message in path.reversed() {
            guard let hash = message["hash"]?.string else { continue }
            current = ending[hash] ?? current
            turns[hash] = current
        }
        return turns
    }
}
