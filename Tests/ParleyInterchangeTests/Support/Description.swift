import Parley
import ParleyInterchange

extension ImportStep {
    /// The step as lines of JSON, in which a difference can be seen.
    var lines: [String] {
        switch self {
        case .conversation(let imported): imported.lines
        case .line(let bytes): [String(decoding: bytes, as: UTF8.self)]
        case .problem(let problem):
            ["problem in \(problem.conversation): \(problem.reason)\(problem.isHarmless ? " (harmless)" : "")"]
        case .leftOut(let note): ["left out: \(note.rawValue)"]
        }
    }
}

extension ImportedConversation {
    fileprivate var lines: [String] {
        var head: JSON.Object = JSON.Object()
        head.append("source", JSON(conversation.source))
        head.append("source_id", JSON(conversation.sourceID))
        head.append("title", .string(conversation.title))
        head["created_at"] = conversation.createdAt.map { JSON($0.milliseconds) }
        head["updated_at"] = conversation.updatedAt.map { JSON($0.milliseconds) }
        head["model"] = conversation.model.map(JSON.string)
        head["instructions"] = conversation.instructions.map(JSON.string)
        if conversation.pinned { head["pinned"] = true }
        if conversation.archived { head["archived"] = true }
        if !conversation.tags.isEmpty { head["tags"] = .array(conversation.tags.map(JSON.string)) }
        head["tip"] = conversation.tip.map(JSON.string)
        if !conversation.extra.members.isEmpty { head["extra"] = .object(conversation.extra) }
        let notes = notes.counts.map { "\($0.key.rawValue): \($0.value)" }.sorted().joined(separator: ", ")
        return [JSON.object(head).text] + items.map(\.line) + ["notes: \(notes)"]
    }
}

extension ItemRecord {
    fileprivate var line: String {
        var line = JSON.Object()
        line.append("key", .string(key))
        line.append("parent", JSON(parent))
        line["created_at"] = createdAt.map { JSON($0.milliseconds) }
        line["model"] = model.map(JSON.string)
        if status != .completed { line["status"] = .string(status.rawValue) }
        line["rating"] = rating.map { JSON($0) }
        line.append("content", .object(content.json))
        if !extra.members.isEmpty { line["extra"] = .object(extra) }
        return "  " + JSON.object(line).text
    }
}
