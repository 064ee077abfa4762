import Parley

/// One row of `responses`, with what belongs to it.
struct LLMResponse {
    private let row: JSON.Object
    private let id: String
    private let sides: LLMSideTables

    private static let known: Set = [
        "id", "model", "resolved_model", "prompt", "system", "response", "conversation_id", "datetime_utc", "reasoning",
    ]

    init(_ row: JSON.Object, _ sides: LLMSideTables) {
        self.row = row
        self.sides = sides
        id = row["id"]?.string ?? ""
    }

    var model: String? { row["resolved_model"]?.string ?? row["model"]?.string }

    /// What is kept beside the answer.
    var extra: JSON.Object {
        var extra = Self.extra(of: row, without: Self.known)
        extra["schema"] = row["schema_id"]?.string.flatMap { sides.schemas[$0] }
        if let tools = sides.tools[id] { extra["tools"] = .array(tools) }
        return extra
    }

    /// What a row tells beside what is said; some of it is JSON in a text.
    static func extra(of row: JSON.Object, without known: Set<String>) -> JSON.Object {
        var extra = row.extra(without: known)
        for name in ["options_json", "token_details"] {
            guard let text = extra[name]?.string, let json = try? JSON(parsing: text) else { continue }
            extra[name] = ForeignSecrets.removed(from: json)
        }
        return extra
    }

    /// The system prompt with its fragments in front.
    var system: String? {
        let texts = sides.systemFragments[id, default: []] + [row["system"]?.string ?? ""]
        let text = texts.filter { !$0.isEmpty }.joined(separator: "\n\n")
        return text.isEmpty ? nil : text
    }

    /// The results of tools that the question brings along, then the question itself.
    ///
    /// `previous` is the response before, whose calls are answered; of `open` calls the answered ones are taken away.
    func asked(after previous: String?, _ open: inout Set<String>, _ notes: inout ImportNotes) -> [ItemContent] {
        var contents: [ItemContent] = sides.results[id, default: []].enumerated().flatMap { index, result in
            let callID = result["tool_call_id"]?.string ?? "\(previous ?? id)-\(index)"
            let files = result["id"]?.int.flatMap { sides.resultAttachments[$0] } ?? []
            let parts = [ForeignPart.text(Self.output(result), of: .user)] + files.map { part($0, &notes) }
            let item = ItemContent.result(callID, ForeignPart.output(parts))
            guard open.remove(callID) == nil else { return [item] }
            notes.add(.addedCall)
            return [.call(callID, result["name"]?.string ?? "tool", "{}"), item]
        }
        let texts = sides.fragments[id, default: []] + [row["prompt"]?.string ?? ""]
        let text = texts.filter { !$0.isEmpty }.joined(separator: "\n")
        var parts = text.isEmpty ? [] : [ForeignPart.text(text, of: .user)]
        for attachment in sides.attachments[id, default: []] { parts.append(part(attachment, &notes)) }
        if !parts.isEmpty { contents.append(.message(.user, parts)) }
        return contents
    }

    /// What the model thought and said, then the calls it made.
    func answered(_ notes: inout ImportNotes) -> [ItemContent] {
        var contents: [ItemContent] = []
        if let thought = row["reasoning"]?.string, !thought.isEmpty { contents.append(.reasoning([thought])) }
        let text = row["response"]?.string ?? ""
        if !text.isEmpty { contents.append(ItemContent(role: .assistant, text: text)) }
        for (index, call) in sides.calls[id, default: []].enumerated() {
            let callID = call["tool_call_id"]?.string ?? "\(id)-\(index)"
            contents.append(.call(callID, call["name"]?.string ?? "tool", call["arguments"]))
        }
        if contents.isEmpty { notes.add(.emptyMessage) }
        return contents
    }

    private static func output(_ result: JSON.Object) -> String {
        let texts = [result["output"]?.string, result["exception"]?.string].compactMap { $0 }
        return texts.filter { !$0.isEmpty }.joined(separator: "\n")
    }

    /// Its bytes stay where they are.
    private func part(_ attachment: JSON.Object, _ notes: inout ImportNotes) -> JSON {
        let isImage = attachment["type"]?.string?.hasPrefix("image/") == true
        if let url = attachment["url"]?.string {
            return isImage ? ForeignPart.image(url: url) : ForeignPart.file(name: url)
        }
        notes.add(.missingFile)
        let name = attachment["path"]?.string ?? attachment["id"]?.string ?? "attachment"
        return isImage ? ForeignPart.image(id: name) : ForeignPart.file(name: name)
    }
}
