import Parley

/// The parts of a message that is known by its hash.
struct LLMParts {
    private let tables: any ForeignTables
    private let texts: [Int: String]

    init(_ tables: any ForeignTables, _ texts: [Int: String]) {
        self.tables = tables
        self.texts = texts
    }

    func contents(of message: JSON.Object, _ notes: inout ImportNotes) throws -> [ItemContent] {
        let name = message["role"]?.string ?? "user"
        let role = ItemContent.Role(rawValue: name) ?? (name == "tool" ? .user : .assistant)
        var contents: [ItemContent] = []
        var parts: [JSON] = []
        for row in try rows(of: message["hash"]?.string ?? "") {
            let payload = row["payload"]?.string.flatMap { try? JSON(parsing: $0) } ?? .null
            switch row["type"]?.string {
            case "text": parts.append(ForeignPart.text(text(row, payload), of: role))
            case "attachment": parts.append(attachment(payload, &notes))
            case let kind:
                if !parts.isEmpty { contents.append(.message(role, parts)) }
                parts = []
                contents.append(item(kind, row, payload, &notes))
            }
        }
        if !parts.isEmpty { contents.append(.message(role, parts)) }
        if contents.isEmpty { notes.add(.emptyMessage) }
        return contents
    }

    private func rows(of hash: String) throws -> [JSON.Object] {
        let there = try Set(tables.columns(of: "parts"))
        let columns = ["type", "tool_name", "text", "payload"].filter(there.contains)
        let order = ["position", "id"].filter(there.contains)
        return try tables.rows(of: "parts", columns: columns, matching: ("message_hash", hash), orderedBy: order).all()
    }

    private func item(
        _ kind: String?,
        _ row: JSON.Object,
        _ payload: JSON,
        _ notes: inout ImportNotes
    ) -> ItemContent {
        let id = payload["tool_call_id"]?.string ?? ""
        switch kind {
        case "reasoning": return .reasoning([text(row, payload)])
        case "tool_call":
            let name = row["tool_name"]?.string ?? payload["name"]?.string ?? "tool"
            return .call(id, name, payload["arguments"])
        case "tool_result":
            let output = payload["output"].map { $0.string ?? $0.text } ?? text(row, payload)
            return .result(id, .string(output))
        default:
            notes.add(.unknownContent)
            return .unknown(.llm, kind ?? "part", ForeignSecrets.removed(from: payload) ?? .null)
        }
    }

    /// A text may be put together of fragments that are kept once.
    private func text(_ row: JSON.Object, _ payload: JSON) -> String {
        if let pieces = payload["text_ref"]?.array {
            return pieces.map { $0["literal"]?.string ?? $0["fragment"]?.int.flatMap { texts[$0] } ?? "" }.joined()
        }
        return row["text"]?.string ?? payload["text"]?.string ?? payload["output_ref"]?.text ?? ""
    }

    private func attachment(_ payload: JSON, _ notes: inout ImportNotes) -> JSON {
        let attachment = payload["attachment"] ?? payload
        if let url = attachment["url"]?.string { return ForeignPart.image(url: url) }
        notes.add(.missingFile)
        return ForeignPart.file(name: attachment["path"]?.string ?? attachment["id"]?.string ?? "attachment")
    }
}
