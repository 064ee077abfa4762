import Parley

/// What of an item can be found.
enum SearchText {
    /// A longer text is indexed up to here, in bytes: what is behind it is not found.
    static let longest = 256 << 10

    /// The texts of messages, names and arguments of calls, results; `nil` of what people do not read.
    ///
    /// Images stay where they are.
    static func of(_ item: Item, _ connection: any Connection) throws -> String? {
        switch item.content.kind {
        case .message, .functionCall, .functionCallOutput: break
        case .reasoning, .compaction, .other: return nil
        }
        let whole = hasTextElsewhere(item.content) ? try Blobs.resolve(item, connection) : item
        let text = whole.content.text
        guard text.utf8.count > longest else { return text }
        return String(decoding: text.utf8.prefix(longest), as: UTF8.self)
    }

    /// Whether a text is kept outside of the item.
    private static func hasTextElsewhere(_ content: ItemContent) -> Bool {
        let json = content.json
        let texts = content.parts.map { $0["text"] } + [json["arguments"], json["output"]]
        let results = (json["output"]?.array ?? []).map { $0["text"] }
        return (texts + results).contains { $0?.object != nil }
    }
}
