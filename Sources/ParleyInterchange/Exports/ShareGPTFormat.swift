import Parley
import ParleyWire

/// A conversation as ShareGPT and LLaMA-Factory take it: a person or a result, then an answer or a call, in turns.
struct ShareGPTFormat: GatheredFormat {
    func lines(_ conversation: ExportedConversation, _ items: [ExportedItem]) -> [JSON] {
        let contents = items.filter(\.isAlive).map(\.item.content)
        let system =
            ([conversation.conversation.settings.instructions].compactMap(\.self)
            + contents.filter(\.isInstruction).map(\.text)).joined(separator: "\n\n")
        var turns: [(from: String, value: String)] = []
        for content in contents {
            guard let turn = Self.turn(content) else { continue }
            if let last = turns.last, last.from == turn.from, turn.from == "human" || turn.from == "gpt" {
                turns[turns.count - 1].value += "\n\n" + turn.value
            } else {
                turns.append(turn)
            }
        }
        while let last = turns.last, Self.isInput(last.from) || last.from == "function_call" { turns.removeLast() }
        let alternates = turns.enumerated().allSatisfy { Self.isInput($0.element.from) == $0.offset.isMultiple(of: 2) }
        guard alternates, !turns.isEmpty else { return [] }
        var line = JSON.Object([
            .init(name: "id", value: .string(conversation.conversation.id.text)),
            .init(
                name: "conversations",
                value: .array(turns.map { ["from": .string($0.from), "value": .string($0.value)] })
            ),
        ])
        if !system.isEmpty { line.append("system", .string(system)) }
        return [.object(line)]
    }

    func leftOut(of items: [ExportedItem]) -> Int { TrainingMessages.leftOut(of: items) }

    private static func isInput(_ from: String) -> Bool { from == "human" || from == "observation" }

    private static func turn(_ content: ItemContent) -> (from: String, value: String)? {
        switch content.kind {
        case .message where content.role == .user: ("human", ShownPart.text(of: content))
        case .message where content.role == .assistant: ("gpt", ShownPart.text(of: content))
        case .functionCall: ("function_call", call(content))
        case .functionCallOutput: ("observation", ShownPart.text(of: content))
        case .message, .reasoning, .compaction, .other: nil
        }
    }

    private static func call(_ content: ItemContent) -> String {
        let text = content.json["arguments"]?.string ?? ""
        let arguments = (try? JSON(parsing: text)) ?? .string(text)
        return JSON.object(
            .init([
                .init(name: "name", value: content.json["name"] ?? ""), .init(name: "arguments", value: arguments),
            ])
        ).text
    }
}
