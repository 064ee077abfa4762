import Parley

/// One item of a response while it is written: the events that open it, fill it and close it.
struct OutputWriter: Sendable {
    let kind: AnswerAccumulator.Part
    private let index: Int
    private let id: String
    /// The parts of a message or a reasoning, in order.
    private var parts: [Part] = []
    private var call: ToolCallDelta
    /// How the part that is open grows, or the call.
    private var delta: DeltaEvent?
    private var isClosed = false

    private struct Part {
        var isRefusal: Bool
        var text = ""
        var logprobs: [JSON] = []
        var isClosed = false
    }

    init(_ kind: AnswerAccumulator.Part, index: Int, id: Item.ID, call: ToolCallDelta?) {
        self.kind = kind
        self.index = index
        self.id = kind.itemKind.idPrefix + id.digits
        self.call = call ?? ToolCallDelta(index: 0)
        self.call.arguments = ""
    }

    /// Whether it answers the user, rather than thinks.
    var isAnswer: Bool { kind != .reasoning }

    /// Whether nothing is missing: a call has all of its arguments once they are JSON.
    var isWhole: Bool { !isCall || (try? JSON(parsing: Array(call.arguments.utf8))) != nil }

    private var isCall: Bool { if case .call = kind { true } else { false } }
}

extension OutputWriter {
    mutating func begin(_ events: inout NumberedEvents) {
        events.write("response.output_item.added", members([("item", shown("in_progress"))]))
        if isCall { delta = DeltaEvent("function_call_arguments", item: id, output: index, part: nil) }
    }

    /// Adds text, opening a part for it when it needs one.
    mutating func write(_ text: String, isRefusal: Bool, logprobs: [JSON], to events: inout NumberedEvents) {
        if parts.last?.isRefusal != isRefusal { openPart(isRefusal, &events) }
        let last = parts.count - 1
        parts[last].text += text
        parts[last].logprobs += logprobs
        if let delta, !text.isEmpty { events.write(delta, text, logprobs: logprobs) }
    }

    /// Adds to a call's arguments.
    mutating func write(_ added: ToolCallDelta, to events: inout NumberedEvents) {
        call.id = call.id ?? added.id
        call.name = call.name ?? added.name
        call.arguments += added.arguments
        if let delta, !added.arguments.isEmpty { events.write(delta, added.arguments) }
    }

    /// Closes it, once.
    mutating func close(_ status: Item.Status, _ events: inout NumberedEvents) {
        guard !isClosed else { return }
        closePart(&events)
        if isCall { events.write("response.function_call_arguments.done", itemMembers(wholeCall)) }
        isClosed = true
        events.write("response.output_item.done", members([("item", item(status))]))
    }

    private mutating func openPart(_ isRefusal: Bool, _ events: inout NumberedEvents) {
        closePart(&events)
        let part = Part(isRefusal: isRefusal)
        parts.append(part)
        events.write("response.content_part.added", partMembers([("part", shown(part))]))
        delta = DeltaEvent(
            word(part),
            item: id,
            output: index,
            part: parts.count - 1,
            showsLogprobs: showsLogprobs(part)
        )
    }

    private mutating func closePart(_ events: inout NumberedEvents) {
        guard let last = parts.indices.last, !parts[last].isClosed else { return }
        parts[last].isClosed = true
        let part = parts[last]
        var whole: [(String, JSON)] = [(part.isRefusal ? "refusal" : "text", .string(part.text))]
        if showsLogprobs(part) { whole.append(("logprobs", .array(part.logprobs))) }
        events.write("response.\(word(part)).done", partMembers(whole))
        events.write("response.content_part.done", partMembers([("part", shown(part))]))
    }

    private var wholeCall: [(String, JSON)] {
        [("name", .string(call.name ?? "")), ("arguments", .string(call.arguments))]
    }

    /// The word in the middle of the types of a part's events.
    private func word(_ part: Part) -> String {
        part.isRefusal ? "refusal" : kind == .reasoning ? "reasoning_text" : "output_text"
    }

    private func showsLogprobs(_ part: Part) -> Bool { kind == .message && !part.isRefusal }
}

extension OutputWriter {
    /// The item as it stands.
    func item(_ status: Item.Status) -> JSON { shown(status.rawValue) }

    private func shown(_ status: String) -> JSON {
        let content = isClosed || !parts.isEmpty ? parts.map(shown) : []
        switch kind {
        case .message:
            return [
                "type": "message", "id": .string(id), "status": .string(status), "role": "assistant",
                "content": .array(content),
            ]
        case .reasoning:
            return [
                "type": "reasoning", "id": .string(id), "status": .string(status), "summary": [],
                "content": .array(content),
            ]
        case .call:
            return [
                "type": "function_call", "id": .string(id), "status": .string(status),
                "call_id": .string(call.callID), "name": .string(call.name ?? ""),
                "arguments": .string(call.arguments),
            ]
        }
    }

    private func shown(_ part: Part) -> JSON {
        if part.isRefusal { return ["type": "refusal", "refusal": .string(part.text)] }
        if kind == .reasoning { return ["type": "reasoning_text", "text": .string(part.text)] }
        return [
            "type": "output_text", "text": .string(part.text), "annotations": [], "logprobs": .array(part.logprobs),
        ]
    }

    private func members(_ more: [(String, JSON)]) -> [JSON.Object.Member] {
        ([("output_index", JSON(index))] + more).map { .init(name: $0.0, value: $0.1) }
    }

    private func itemMembers(_ more: [(String, JSON)]) -> [JSON.Object.Member] {
        [.init(name: "item_id", value: .string(id))] + members(more)
    }

    private func partMembers(_ more: [(String, JSON)]) -> [JSON.Object.Member] {
        itemMembers([("content_index", JSON(parts.count - 1))] + more)
    }
}
