import Parley

/// The parts of the messages of one thread, which are known by their hashes.
struct LLMParts {
    private let tables: any ForeignTables
    private let texts: [Int: String]
    /// The calls that wait for their results, and how many there were.
    private var open: [String] = []
    private var callCount = 0

    init(_ tables: any ForeignTables, _ texts: [Int: String]) {
        self.tables = tables
        self.texts = texts
    }

    mutating func contents(of message: JSON.Object, _ notes: inout ImportNotes) throws -> [ItemContent] {
        let name = message["role"]?.string ?? "user"
        let role = ItemContent.Role(rawValue: name) ?? (name == "tool" ? .user : .assistant)
        var contents: [ItemContent] = []
        var parts: [JSON] = []
        let rows = try rows(of: message["hash"]?.string ?? "")
        if !fits(message, rows, name) { notes.add(.changedMessage) }
        for row in rows {
            let payload = Self.payload(row)
            switch row["type"]?.string {
            case "text": parts.append(ForeignPart.text(text(row, payload), of: role))
            case "attachment": parts.append(attachment(payload, &notes))
            case let kind:
                if !parts.isEmpty { contents.append(.message(role, parts)) }
                parts = []
                contents += items(kind, row, payload, &notes)
            }
        }
        if !parts.isEmpty { contents.append(.message(role, parts)) }
        if contents.isEmpty { notes.add(.emptyMessage) }
        return contents
    }

    private static func payload(_ row: JSON.Object) -> JSON {
        row["payload"]?.string.flatMap { try? JSON(parsing: $0) } ?? .null
    }

    /// Whether a message says what its hash was made of, as far as that can be told: of texts alone.
    private func fits(_ message: JSON.Object, _ rows: [JSON.Object], _ role: String) -> Bool {
        guard let hash = message["hash"]?.string, hash.hasPrefix("b2:"), !rows.isEmpty,
            message["provider_metadata"]?.string?.isEmpty ?? true
        else { return true }
        var texts: [String] = []
        for row in rows {
            let payload = Self.payload(row)
            guard row["type"]?.string == "text", payload["provider_metadata"] == nil else { return true }
            texts.append(text(row, payload))
        }
        return LLMMessageHash.of(texts: texts, role: role, after: message["parent_hash"]?.string) == hash
    }

    private func rows(of hash: String) throws -> [JSON.Object] {
        let there = try Set(tables.columns(of: "parts"))
        let columns = ["type", "tool_name", "text", "payload"].filter(there.contains)
        let order = ["position", "id"].filter(there.contains)
        return try tables.rows(of: "parts", columns: columns, matching: ("message_hash", hash), orderedBy: order).all()
    }

    private mutating func items(
        _ kind: String?,
        _ row: JSON.Object,
        _ payload: JSON,
        _ notes: inout ImportNotes
    ) -> [ItemContent] {
        let id = payload["tool_call_id"]?.string
        let name = row["tool_name"]?.string ?? payload["name"]?.string ?? "tool"
        switch kind {
        case "reasoning": return [.reasoning([text(row, payload)])]
        case "tool_call":
            callCount += 1
            let id = id ?? "call_\(callCount)"
            open.append(id)
            return [.call(id, name, payload["arguments"])]
        case "tool_result":
            let output = payload["output"].map { $0.string ?? $0.text } ?? text(row, payload)
            return result(id, name, .string(output), &notes)
        default:
            notes.add(.unknownContent)
            return [.unknown(.llm, kind ?? "part", ForeignSecrets.removed(from: payload) ?? .null)]
        }
    }

    /// Without an id it answers the oldest call that waits; one that nobody called gets a call.
    private mutating func result(
        _ id: String?,
        _ name: String,
        _ output: JSON,
        _ notes: inout ImportNotes
    ) -> [ItemContent] {
        if let place = open.firstIndex(where: { id == nil || $0 == id }) {
            return [.result(open.remove(at: place), output)]
        }
        notes.add(.addedCall)
        callCount += 1
        let added = id ?? "call_\(callCount)"
        return [.call(added, name, "{}"), .result(added, output)]
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
        if let url = attachment["url"]?.string {
            let isFile = attachment["type"]?.string?.hasPrefix("image/") == false
            return isFile ? ForeignPart.file(name: url) : ForeignPart.image(url: url)
        }
        notes.add(.missingFile)
        return ForeignPart.file(name: attachment["path"]?.string ?? attachment["id"]?.string ?? "attachment")
    }
}
