import Parley

/// Writes in another format what is left after ``PersonalText`` has gone over every text.
struct RedactingExport: ExportWriter {
    var writer: any ExportWriter

    var leftOut: ExportLeftOut { writer.leftOut }

    mutating func begin(_ header: CanonicalHeader) -> [UInt8] {
        var header = header
        header.isRedacted = true
        return writer.begin(header)
    }

    mutating func announce(_ conversation: ExportedConversation) -> [UInt8] { writer.announce(conversation.redacted) }
    mutating func begin(_ conversation: ExportedConversation) -> [UInt8] { writer.begin(conversation.redacted) }
    mutating func survey(_ item: ExportedItem) { writer.survey(item.redacted) }
    mutating func beginItems() -> [UInt8] { writer.beginItems() }
    mutating func add(_ item: ExportedItem) -> [UInt8] { writer.add(item.redacted) }
    mutating func add(_ turn: TurnRecord) -> [UInt8] { writer.add(turn.redacted) }
    mutating func endConversation() -> [UInt8] { writer.endConversation() }
    mutating func end() -> [UInt8] { writer.end() }
}

extension ExportedConversation {
    fileprivate var redacted: Self {
        var result = self
        result.record.title = PersonalText.redacted(record.title)
        result.record.instructions = record.instructions.map(PersonalText.redacted)
        result.record.metadata = record.metadata.mapValues(PersonalText.redacted)
        result.record.tags = record.tags.map(PersonalText.redacted)
        result.record.extra = record.extra.redacted
        result.conversation.title = result.record.title
        result.conversation.settings.instructions = result.record.instructions
        result.conversation.metadata = result.record.metadata
        result.conversation.tags = result.record.tags
        return result
    }
}

extension ExportedItem {
    fileprivate var redacted: Self {
        var result = self
        result.record.content.json = record.content.json.redacted
        result.record.metadata = record.metadata.mapValues(PersonalText.redacted)
        result.record.extra = record.extra.redacted
        result.item.content.json = result.record.content.json
        return result
    }
}

extension TurnRecord {
    fileprivate var redacted: Self {
        var result = self
        result.instructions = instructions?.redacted
        result.metadata = metadata.mapValues(PersonalText.redacted)
        result.parameters = parameters?.redacted
        result.choices = choices?.redacted
        return result
    }
}

extension JSON {
    /// The value with every text in it redacted; a file that is its own bytes has none.
    fileprivate var redacted: JSON {
        switch self {
        case .string(let text): Self.isFile(text) ? self : .string(PersonalText.redacted(text))
        case .array(let elements): .array(elements.map(\.redacted))
        case .object(let object): .object(object.redacted)
        case .null, .bool, .number: self
        }
    }

    /// `data:TYPE;base64,BYTES` and nothing else.
    private static func isFile(_ text: String) -> Bool {
        let bytes = text.utf8
        guard bytes.starts(with: "data:".utf8), let comma = bytes.prefix(256).firstIndex(of: UInt8(ascii: ",")),
            bytes[..<comma].suffix(7).elementsEqual(";base64".utf8)
        else { return false }
        let isType = bytes[..<comma].allSatisfy { $0.isWord || ":;/.+-=".utf8.contains($0) }
        return isType && bytes[bytes.index(after: comma)...].allSatisfy { $0.isWord || "+/=-".utf8.contains($0) }
    }
}

extension JSON.Object {
    fileprivate var redacted: Self {
        Self(members.map { .init(name: $0.name, value: $0.value.redacted) })
    }
}
