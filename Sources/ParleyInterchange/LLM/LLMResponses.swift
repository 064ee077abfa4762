import Parley

/// The tables in which each row of `responses` is a question with its answer.
///
/// Old databases lack the newer columns and tables: only what is there is asked for.
struct LLMResponses {
    /// A conversation, and its responses in their order: their ids are ULIDs, which sort by time.
    struct Logged {
        var id: String
        var name: String?
        var model: String?
        var responses: [String] = []
    }

    private let tables: any ForeignTables
    private let columns: [String]
    private let sides: LLMSideTables

    private static let wanted = [
        "id", "model", "resolved_model", "prompt", "system", "options_json", "response", "conversation_id",
        "duration_ms", "datetime_utc", "input_tokens", "output_tokens", "token_details", "schema_id", "reasoning",
    ]

    /// `nil` when the tables are not there.
    init?(_ tables: any ForeignTables) throws {
        let there = try Set(tables.columns(of: "responses"))
        guard there.isSuperset(of: ["id", "prompt", "response"]) else { return nil }
        self.tables = tables
        columns = Self.wanted.filter(there.contains)
        sides = try LLMSideTables(tables)
    }

    /// Every conversation; a response without one is one of its own.
    func conversations() throws -> [LLMConversation] {
        var logged: [Logged] = []
        var numbers: [String: Int] = [:]
        if try tables.columns(of: "conversations").contains("id") {
            for row in try tables.all("conversations", ["id", "name", "model"]) {
                guard let id = row["id"]?.string else { continue }
                numbers[id] = logged.count
                logged.append(Logged(id: id, name: row["name"]?.string, model: row["model"]?.string))
            }
        }
        let link = columns.contains("conversation_id") ? ["id", "conversation_id"] : ["id"]
        let rows = try tables.rows(of: "responses", columns: link, matching: nil, orderedBy: ["id"])
        while let row = try rows.next() {
            guard let id = row["id"]?.string else { continue }
            let conversation = row["conversation_id"]?.string ?? id
            if let number = numbers[conversation] {
                logged[number].responses.append(id)
            } else {
                numbers[conversation] = logged.count
                logged.append(Logged(id: conversation, responses: [id]))
            }
        }
        return logged.map(LLMConversation.logged)
    }

    func decode(_ logged: Logged, _ decoding: inout Decoding) throws -> ImportedConversation? {
        var record = ConversationRecord(.llm, id: logged.id)
        record.title = logged.name ?? ""
        record.model = logged.model
        var tree = RecordTree()
        var system: String?
        var previous: String?
        var open: Set<String> = []
        for id in logged.responses {
            let matching = (column: "id", value: id)
            let rows = try tables.rows(of: "responses", columns: columns, matching: matching, orderedBy: [])
            guard let row = try rows.next() else { continue }
            let time = decoding.time(row["datetime_utc"])
            record.createdAt = record.createdAt ?? time
            record.updatedAt = time ?? record.updatedAt
            let response = LLMResponse(row, sides)
            let told = response.system
            if let told, told != system {
                tree.append([ItemContent(role: .system, text: told)], key: "\(id)/system") { $0.createdAt = time }
            }
            system = told ?? system
            let asked = response.asked(after: previous, &open, &decoding.notes)
            tree.append(asked, key: "\(id)/prompt") { $0.createdAt = time }
            previous = id
            let answered = response.answered(&decoding.notes)
            open.formUnion(answered.lazy.filter { $0.kind == .functionCall }.compactMap(\.callID))
            tree.append(answered, key: id) { item in
                item.createdAt = time
                item.model = response.model
                if item.key == id { item.extra = response.extra }
            }
        }
        return try record.with(tree, decoding)
    }
}

extension ForeignTables {
    /// Every row, of the columns that are there.
    func all(_ table: String, _ wanted: [String], orderedBy order: [String] = []) throws -> [JSON.Object] {
        let there = try Set(columns(of: table))
        let columns = wanted.filter(there.contains)
        guard !columns.isEmpty else { return [] }
        return try rows(of: table, columns: columns, matching: nil, orderedBy: order.filter(there.contains)).all()
    }
}
