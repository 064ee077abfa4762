package import Parley

/// Writes conversations in one format, piece by piece, so that memory does not grow with them.
package protocol ExportWriter {
    /// What had to be left out because the format cannot say it.
    var leftOut: ExportLeftOut { get }

    mutating func begin(_ header: CanonicalHeader) -> [UInt8]

    /// A conversation that will come, for formats that have a table of contents.
    mutating func announce(_ conversation: ExportedConversation) -> [UInt8]

    mutating func begin(_ conversation: ExportedConversation) -> [UInt8]

    /// An item of the conversation in a pass before the one that writes, for formats that want one.
    mutating func survey(_ item: ExportedItem)

    /// What stands in front of the items, after they were surveyed.
    mutating func beginItems() -> [UInt8]

    /// The next item, behind its parent.
    mutating func add(_ item: ExportedItem) -> [UInt8]

    /// The next turn, for formats that want them.
    mutating func add(_ turn: TurnRecord) -> [UInt8]

    mutating func endConversation() -> [UInt8]
    mutating func end() -> [UInt8]
}

extension ExportWriter {
    package var leftOut: ExportLeftOut { .init() }
    package mutating func begin(_ header: CanonicalHeader) -> [UInt8] { [] }
    package mutating func announce(_ conversation: ExportedConversation) -> [UInt8] { [] }
    package mutating func survey(_ item: ExportedItem) {}
    package mutating func beginItems() -> [UInt8] { [] }
    package mutating func add(_ turn: TurnRecord) -> [UInt8] { [] }
    package mutating func endConversation() -> [UInt8] { [] }
    package mutating func end() -> [UInt8] { [] }
}

/// What a format could not say.
package struct ExportLeftOut: Hashable, Sendable {
    package var conversations = 0
    package var items = 0

    package init() {}
}
