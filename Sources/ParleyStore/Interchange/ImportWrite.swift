import Parley

/// One thing that an import writes.
enum ImportWrite: Sendable {
    /// Makes a conversation, which nobody sees yet.
    case make(ImportedHead, id: Conversation.ID)
    /// Goes on with a conversation that is there.
    case open(KnownConversation)
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

extension ImportedTurn {
    /// About how many bytes it has, few of which are counted one by one.
    var size: Int {
        (record.choices?.text.utf8.count ?? 0) + (record.parameters.map { JSON.object($0).text.utf8.count } ?? 0)
    }
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
    private let most: Int
    /// What the ids of its new items begin with; sixteen bytes of every id are its own.
    ///
    /// So they stand together in the index: writing one page of it for each would take most of the time.
    private let mark = Array(Item.ID.random().bytes.prefix(8))

    struct Entry: Sendable {
        /// Which conversation of the import.
        var conversation: Int
        var step: ImportWrite
    }

    /// The bytes that end a slice.
    private static let size = 1 << 20

    /// With the most steps that it may have.
    init(of most: Int) {
        self.most = most
    }

    var isFull: Bool { steps.count >= most || bytes >= Self.size }

    func newID() -> Item.ID { Item.ID(bytes: mark + Item.ID.random().bytes.suffix(16)) }

    mutating func add(_ step: ImportWrite, of conversation: Int) {
        steps.append(Entry(conversation: conversation, step: step))
        if case .turn(let turn) = step { bytes += turn.size }
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
