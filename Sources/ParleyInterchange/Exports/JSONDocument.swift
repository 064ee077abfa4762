import Parley
import ParleyWire

/// One JSON document: a list of conversations, each with its items as the API shows them.
struct JSONDocument: ExportWriter {
    private var isFirstConversation = true
    private var isFirstItem = true

    mutating func begin(_ header: CanonicalHeader) -> [UInt8] {
        Array("{\"object\":\"export\",\"exported_at\":\(header.exportedAt.seconds),\"conversations\":[".utf8)
    }

    mutating func begin(_ conversation: ExportedConversation) -> [UInt8] {
        let separator = isFirstConversation ? "\n" : ",\n"
        isFirstConversation = false
        isFirstItem = true
        let head = ConversationObject.json(conversation.conversation).encoded
        return Array("\(separator){\"conversation\":".utf8) + head + Array(",\"items\":[".utf8)
    }

    mutating func add(_ item: ExportedItem) -> [UInt8] {
        guard item.isAlive else { return [] }
        defer { isFirstItem = false }
        return Array((isFirstItem ? "\n" : ",\n").utf8) + ItemObject.json(item.item).encoded
    }

    mutating func endConversation() -> [UInt8] { Array("\n]}".utf8) }

    mutating func end() -> [UInt8] { Array("\n]}\n".utf8) }
}
