import Parley
import ParleyWire

/// The messages of a path as OpenAI's fine-tuning takes them.
enum TrainingMessages {
    /// The messages of a path, down to its last answer; `nil` when nothing is left to learn from.
    ///
    /// Neighbours of the same role become one, and a path with a call that has no result is not taken.
    static func messages(_ instructions: String?, _ path: [ExportedItem]) -> [JSON]? {
        let messages = prompt(instructions, path)
        guard let last = messages.lastIndex(where: { $0["role"]?.string == "assistant" && $0["tool_calls"] == nil })
        else {
            return nil
        }
        let answered = Array(messages[...last])
        let hasQuestion = answered.contains { $0["role"]?.string == "user" }
        return hasQuestion && answersEveryCall(answered) ? answered : nil
    }

    /// What stands in front of an answer.
    static func prompt(_ instructions: String?, _ path: [ExportedItem]) -> [JSON] {
        let contents = path.filter(\.isAlive).map(\.item.content).filter { $0.kind != .compaction && $0.role != .other }
        let head = instructions.map { [ItemContent(role: .system, text: $0)] } ?? []
        return merged(ChatMessages.messages(head + contents).map(trimmed))
    }

    /// How many items of a path nobody learns from: what is neither said nor called, and what stands behind the last
    /// answer.
    static func leftOut(of path: [ExportedItem]) -> Int {
        let contents = path.filter(\.isAlive).map(\.item.content).filter { !$0.isInstruction }
        let end = contents.lastIndex { $0.kind == .message && $0.role == .assistant } ?? -1
        return contents.enumerated().count { $0.offset > end || !isSaid($0.element) }
    }

    private static func isSaid(_ content: ItemContent) -> Bool {
        switch content.kind {
        case .message: content.role != .other
        case .functionCall, .functionCallOutput: true
        case .reasoning, .compaction, .other: false
        }
    }

    /// Only what the format knows of a message.
    private static func trimmed(_ message: JSON) -> JSON {
        guard let object = message.object else { return message }
        let names: Set = ["role", "content", "name", "tool_calls", "tool_call_id"]
        return .object(.init(object.members.filter { names.contains($0.name) }))
    }

    private static func merged(_ messages: [JSON]) -> [JSON] {
        var result: [JSON] = []
        for message in messages {
            guard let last = result.last, let role = message["role"]?.string, role != "tool",
                last["role"]?.string == role,
                last["tool_calls"] == nil, message["tool_calls"] == nil, let first = last["content"]?.string,
                let second = message["content"]?.string, var object = last.object
            else {
                result.append(message)
                continue
            }
            object["content"] = .string(first + "\n\n" + second)
            result[result.count - 1] = .object(object)
        }
        return result
    }

    private static func answersEveryCall(_ messages: [JSON]) -> Bool {
        let calls = messages.flatMap { $0["tool_calls"]?.array ?? [] }.compactMap { $0["id"]?.string }
        let results = messages.compactMap { $0["tool_call_id"]?.string }
        return calls.sorted() == results.sorted()
    }
}

/// A line of supervised fine-tuning for each conversation.
struct FineTuneFormat: GatheredFormat {
    func lines(_ conversation: ExportedConversation, _ items: [ExportedItem]) -> [JSON] {
        let instructions = conversation.conversation.settings.instructions
        guard let messages = TrainingMessages.messages(instructions, items) else { return [] }
        return [["messages": .array(messages)]]
    }

    func leftOut(of items: [ExportedItem]) -> Int { TrainingMessages.leftOut(of: items) }
}
