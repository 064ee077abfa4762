import Parley
import ParleyWire

/// Pairs of answers to the same question, one better than the other, as OpenAI's preference tuning takes them.
///
/// An answer is better for its rating, as the edit of another, or for being the one that was gone on with, in this order.
struct PreferenceFormat: GatheredFormat {
    func lines(_ conversation: ExportedConversation, _ items: [ExportedItem]) -> [JSON] {
        let byKey = Dictionary(items.map { ($0.record.key, $0) }) { first, _ in first }
        let onPath = Self.path(to: conversation.record.tip, byKey)
        let active = Set(onPath.map(\.record.key))
        var groups: [String: [ExportedItem]] = [:]
        var parents: [String] = []
        for item in items where Self.isAnswer(item) {
            guard let parent = item.record.parent else { continue }
            if groups[parent] == nil { parents.append(parent) }
            groups[parent, default: []].append(item)
        }
        let instructions = conversation.conversation.settings.instructions
        return parents.flatMap { parent -> [JSON] in
            guard let group = groups[parent], let (best, others) = Self.ranked(group, active) else { return [] }
            let prompt = TrainingMessages.prompt(instructions, Self.path(to: parent, byKey))
            guard prompt.last?["role"]?.string == "user" else { return [] }
            return others.map { Self.line(prompt, best, $0) }
        }
    }

    /// A pair needs only the path that leads to it.
    func leftOut(of items: [ExportedItem]) -> Int { 0 }

    /// The best of several answers, and those that are worse and say something else.
    private static func ranked(
        _ group: [ExportedItem],
        _ active: Set<String>
    ) -> (ExportedItem, [ExportedItem])? {
        func rank(_ item: ExportedItem) -> Int {
            let isEdit = group.contains { $0.record.key == item.record.editOf }
            let wasEdited = group.contains { $0.record.editOf == item.record.key }
            let edits = (isEdit ? 2 : 0) - (wasEdited ? 2 : 0)
            return (item.record.rating ?? 0) * 8 + edits + (active.contains(item.record.key) ? 1 : 0)
        }
        let ranks = group.map(rank)
        guard let top = ranks.max(), let index = ranks.firstIndex(of: top) else { return nil }
        let best = group[index]
        let others = zip(group, ranks).filter { $0.1 < top && $0.0.item.content.text != best.item.content.text }.map(
            \.0
        )
        return others.isEmpty ? nil : (best, others)
    }

    private static func isAnswer(_ item: ExportedItem) -> Bool {
        item.isAlive && item.item.status == .completed && item.item.content.kind == .message
            && item.item.content.role == .assistant
    }

    private static func path(to key: String?, _ items: [String: ExportedItem]) -> [ExportedItem] {
        var path: [ExportedItem] = []
        var next = key.flatMap { items[$0] }
        while let item = next {
            path.append(item)
            next = item.record.parent.flatMap { items[$0] }
        }
        return path.reversed()
    }

    private static func line(_ prompt: [JSON], _ better: ExportedItem, _ worse: ExportedItem) -> JSON {
        func output(_ item: ExportedItem) -> JSON {
            [["role": "assistant", "content": .string(item.item.content.text)]]
        }
        return [
            "input": ["messages": .array(prompt), "tools": [], "parallel_tool_calls": true],
            "preferred_output": output(better), "non_preferred_output": output(worse),
        ]
    }
}
