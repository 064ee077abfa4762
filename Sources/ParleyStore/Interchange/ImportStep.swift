import Parley

/// One thing that an import writes.
enum ImportStep: Sendable {
    /// Makes a conversation, which nobody sees yet.
    case make(ImportedHead, id: Conversation.ID)
    /// Goes on with a conversation that is there.
    case open(row: Int64)
    /// Goes on with a branch that is there.
    case reopen(segment: Int, branch: Int64)
    case item(ImportedItem)
    case turn(ImportedTurn)
    case end(ImportEnding)
}

/// What a new conversation begins with.
struct ImportedHead: Sendable {
    var record: ConversationRecord
    var createdAt: Timestamp
    var updatedAt: Timestamp
}

/// An item that is ready to be written.
struct ImportedItem: Sendable {
    var node: ImportNode
    /// The item it stands behind, when it begins a new branch.
    var fork: Fork?
    var id: Item.ID
    var kind: ItemContent.Kind
    var status: Item.Status
    var json: String
    var blobs: [[UInt8]: String]
    var hashes: ItemHasher.Hashes
    var ordinal: Int
    /// Of a compaction.
    var summary: String?
    var record: ItemRecord
    var sourceID: String?
    var createdAt: Timestamp

    struct Fork: Sendable {
        var parent: ImportNode?
        var createdAt: Timestamp
    }
}

/// A turn that is ready to be written, and the items that came in or out with it.
struct ImportedTurn: Sendable {
    var id: Turn.ID
    /// Taken when somebody else has that id.
    var substitute: Turn.ID
    var input: ImportNode?
    var items: [ImportNode]
    var record: TurnRecord
}

/// How a conversation ends.
struct ImportEnding: Sendable {
    /// The end of the active path.
    var tip: ImportNode?
    var title: String
    var updatedAt: Timestamp
    /// It was there and seen before.
    var wasKnown: Bool
    /// Something was added.
    var hasNews: Bool
}

/// What is written in one job, few and small enough for its time.
struct ImportSlice: Sendable {
    private(set) var steps: [Entry] = []
    private var bytes = 0

    struct Entry: Sendable {
        /// Which conversation of the import.
        var conversation: Int
        var step: ImportStep
    }

    /// The most steps of a slice, and the bytes that end one.
    private static let most = 256
    private static let size = 256 << 10

    var isFull: Bool { steps.count >= Self.most || bytes >= Self.size }

    mutating func add(_ step: ImportStep, of conversation: Int) {
        steps.append(Entry(conversation: conversation, step: step))
        if case .item(let item) = step {
            bytes += item.json.utf8.count + item.blobs.values.reduce(0) { $0 + $1.utf8.count }
        }
    }

    /// Takes out what has been added of a conversation that was begun in this slice.
    mutating func drop(_ conversation: Int) {
        let begins = steps.contains { entry in
            if case .make = entry.step { entry.conversation == conversation } else { false }
        }
        if begins { steps.removeAll { $0.conversation == conversation } }
    }
}
