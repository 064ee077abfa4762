import Parley

/// One item of a response while it is written: the events that open it, fill it and close it.
struct OutputWriter: Sendable {
    let kind: AnswerAccumulator.Part
    private let index: Int
    private let id: String
    /// The parts of a message or a reasoning, in order.
    private var parts: [Part] = []
    private var call: ToolCallDelta
    private var isClosed = false

    struct Event {
        var type: String
        var members: [JSON.Object.Member]
    }

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
    mutating func begin() -> [Event] {
        [event("response.output_item.added", [("item", shown("in_progress"))])]
    }

    /// Adds text, opening a part for it when it needs one.
    mutating func write(_ text: String, isRefusal: Bool, logprobs: [JSON]) -> [Event] {
        var events: [Event] = []
        if parts.last?.isRefusal != isRefusal {
            events += closePart()
            parts.append(Part(isRefusal: isRefusal))
            events.append(partEvent("response.content_part.added", [("part", shown(parts[parts.count - 1]))]))
        }
        let last = parts.count - 1
        parts[last].text += text
        parts[last].logprobs += logprobs
        guard !text.isEmpty else { return events }
        var members: [(String, JSON)] = [("delta", .string(text))]
        if kind == .message, !isRefusal { members.append(("logprobs", .array(logprobs))) }
        return events + [partEvent("response.\(word(isRefusal)).delta", members)]
    }

    /// Adds to a call's arguments.
    mutating func write(_ delta: ToolCallDelta) -> [Event] {
        call.id = call.id ?? delta.id
        call.name = call.name ?? delta.name
        guard !delta.arguments.isEmpty else { return [] }
        call.arguments += delta.arguments
        return [itemEvent("response.function_call_arguments.delta", [("delta", .string(delta.arguments))])]
    }

    /// Closes it, once.
    mutating func close(_ status: Item.Status) -> [Event] {
        guard !isClosed else { return [] }
        var events = closePart()
        if isCall { events.append(argumentsDone) }
        isClosed = true
        return events + [event("response.output_item.done", [("item", item(status))])]
    }

    private mutating func closePart() -> [Event] {
        guard let last = parts.indices.last, !parts[last].isClosed else { return [] }
        parts[last].isClosed = true
        let part = parts[last]
        var members: [(String, JSON)] = [(part.isRefusal ? "refusal" : "text", .string(part.text))]
        if kind == .message, !part.isRefusal { members.append(("logprobs", .array(part.logprobs))) }
        return [
            partEvent("response.\(word(part.isRefusal)).done", members),
            partEvent("response.content_part.done", [("part", shown(part))]),
        ]
    }

    private var argumentsDone: Event {
        itemEvent(
            "response.function_call_arguments.done",
            [("name", .string(call.name ?? "")), ("arguments", .string(call.arguments))]
        )
    }

    /// The word between `response.` and `.delta`.
    private func word(_ isRefusal: Bool) -> String {
        isRefusal ? "refusal" : kind == .reasoning ? "reasoning_text" : "output_text"
    }
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

    private func event(_ type: String, _ members: [(String, JSON)]) -> Event {
        Event(
            type: type,
            members: [.init(name: "output_index", value: JSON(index))]
                + members.map { .init(name: $0.0, value: $0.1) }
        )
    }

    private func itemEvent(_ type: String, _ members: [(String, JSON)]) -> Event {
        Event(
            type: type,
            members: [.init(name: "item_id", value: .string(id)), .init(name: "output_index", value: JSON(index))]
                + members.map { .init(name: $0.0, value: $0.1) }
        )
    }

    private func partEvent(_ type: String, _ members: [(String, JSON)]) -> Event {
        var event = itemEvent(type, members)
        event.members.insert(.init(name: "content_index", value: JSON(parts.count - 1)), at: 2)
        return event
    }
}
