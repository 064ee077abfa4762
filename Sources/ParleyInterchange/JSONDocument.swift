import Parley
import ParleyWire

/// One JSON document: the conversation and its items as the API shows them.
enum JSONDocument {
    static func head(_ conversation: Conversation) -> [UInt8] {
        Array("{\"conversation\":".utf8) + ConversationObject.json(conversation).encoded + Array(",\"items\":[".utf8)
    }

    static func element(_ item: Item, isFirst: Bool) -> [UInt8] {
        Array((isFirst ? "\n" : ",\n").utf8) + ItemObject.json(item).encoded
    }

    static let tail = Array("\n]}\n".utf8)
}
