import Crypto
package import Parley

/// Writes the canonical form, line by line, in constant memory.
package struct CanonicalWriter {
    /// What was written so far.
    package private(set) var counts = CanonicalCounts()
    private var digest = SHA256()

    package init() {}

    /// The first line.
    package mutating func begin(_ header: CanonicalHeader) -> [UInt8] {
        update(Self.line(header.json(withTime: false)))
        return Self.line(header.json(withTime: true))
    }

    package mutating func add(_ record: ConversationRecord) -> [UInt8] {
        counts.conversations += 1
        return update(Self.line(record.json))
    }

    /// An item of the conversation before, behind its parent.
    package mutating func add(_ record: ItemRecord) -> [UInt8] {
        counts.items += 1
        return update(Self.line(record.json))
    }

    /// A turn of the conversation before, behind its items.
    package mutating func add(_ record: TurnRecord) -> [UInt8] {
        counts.turns += 1
        return update(Self.line(record.json))
    }

    /// The last line.
    package mutating func end() -> [UInt8] {
        Self.line(CanonicalManifest(counts: counts, digest: Array(digest.finalize())).json)
    }

    @discardableResult
    private mutating func update(_ line: [UInt8]) -> [UInt8] {
        digest.update(data: line)
        return line
    }

    static func line(_ json: JSON) -> [UInt8] { json.canonical + [UInt8(ascii: "\n")] }
}
