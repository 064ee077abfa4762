import Parley

/// A conversation of an import, as far as it was read.
final class ConversationInHand {
    /// Which one of the import.
    let number: Int
    let line: Int
    let record: ConversationRecord
    /// What is there already.
    var known: KnownTree?
    /// Seen before, and not only what a crash left behind.
    let wasSeen: Bool
    /// Why nothing more is taken of it.
    var ending: Ending?
    var items = ImportReport.Counts()
    var hashes = HashMemory()
    /// The items of each turn.
    var turnItems: [ImportKey: [ImportNode]] = [:]
    /// Whether anything was added.
    var hasNews = false
    /// The last item, and what a title can be made of.
    private(set) var last: ImportNode?
    var firstWords: String?
    var newest: Timestamp?

    private var nodes: [ImportKey: ImportNode] = [:]
    /// The lines of items, by the number that the file gives to a branch, and by the branch of the database.
    private var segmentsOfFile: [Int: Int] = [:]
    private var segmentsOfBranches: [Int64: Int] = [:]
    private var segments: [Int: Segment] = [:]
    /// Siblings that begin branches, by what they say.
    private var siblings: [Sibling: Int] = [:]

    enum Ending {
        case skipped
        case failed
    }

    struct Segment {
        /// The branch it is, when that was there before, and how far that went.
        var branch: Int64?
        var knownEnd: Int64 = 0
        /// The last position that is taken.
        var end: Int64
    }

    private struct Sibling: Hashable {
        var parent: ImportNode?
        var chain: [UInt8]
    }

    /// The most items of a conversation: what is remembered of each takes some 100 bytes.
    private static let mostItems = 2_000_000

    init(number: Int, line: Int, record: ConversationRecord, known: KnownTree?, wasSeen: Bool) {
        self.number = number
        self.line = line
        self.record = record
        self.known = known
        self.wasSeen = wasSeen
    }

    /// What people call it.
    var name: String? { record.id ?? record.sourceID ?? (record.title.isEmpty ? nil : record.title) }
}

extension ConversationInHand {
    func node(of key: String) -> ImportNode? { nodes[ImportKey(key)] }

    /// The item that a record stands behind.
    ///
    /// - Throws: when there is no such item yet, as in a cycle, or when the record's key came before.
    func parent(of record: ItemRecord) throws -> ImportNode? {
        guard nodes.count < Self.mostItems else {
            throw ParleyError(.invalidValue, "A conversation of more than \(Self.mostItems) items is not taken.")
        }
        guard nodes[ImportKey(record.key)] == nil else {
            throw ParleyError(.invalidValue, "The item '\(record.key.prefix(80))' comes twice.")
        }
        guard let key = record.parent else { return nil }
        guard let parent = nodes[ImportKey(key)] else {
            throw ParleyError(.invalidValue, "The parent '\(key.prefix(80))' does not come before its item.")
        }
        guard parent.position + 1 < Place.positionsPerBranch else {
            throw ParleyError(.invalidValue, "A path of so many items is not taken.")
        }
        return parent
    }

    /// Where a node stands that was there before.
    func knownPlace(of node: ImportNode) -> Place? {
        guard let segment = segments[node.segment], let branch = segment.branch, node.position <= segment.knownEnd
        else { return nil }
        return Place(branch: branch, position: node.position)
    }

    /// The last position of the line of a node that was there before.
    func knownEnd(of node: ImportNode) -> Int64 { segments[node.segment]?.knownEnd ?? 0 }

    /// The line of a branch that was there before, when it has one.
    func segment(of branch: Int64) -> Int? { segmentsOfBranches[branch] }

    func addSegment(_ number: Int, of branch: Int64, end: Int64) {
        segments[number] = Segment(branch: branch, knownEnd: end, end: end)
        segmentsOfBranches[branch] = number
    }

    /// Takes note of an item that was recognised or placed.
    func note(_ record: ItemRecord, at node: ImportNode) {
        nodes[ImportKey(record.key)] = node
        if let branch = record.branch, segmentsOfFile[branch] == nil { segmentsOfFile[branch] = node.segment }
        if let turn = record.turn { turnItems[ImportKey(turn), default: []].append(node) }
        if firstWords == nil, record.content.isFromUser, record.tombstone == nil { firstWords = record.content.text }
        last = node
    }

    /// Where a new item goes: behind its parent on the line that the file says, else on a line called `free`.
    func place(_ record: ItemRecord, behind parent: ImportNode?, free: Int) -> (node: ImportNode, isFork: Bool) {
        let wanted = record.branch.map { segmentsOfFile[$0] } ?? parent?.segment
        let position = (parent?.position ?? 0) + 1
        if let parent, wanted == parent.segment, segments[parent.segment]?.end == parent.position {
            segments[parent.segment]?.end = position
            return (ImportNode(segment: parent.segment, position: position), false)
        }
        segments[free] = Segment(branch: nil, end: position)
        if let branch = record.branch { segmentsOfFile[branch] = free }
        return (ImportNode(segment: free, position: position), true)
    }

    /// The how-manieth it is among siblings that say the same.
    func ordinal(of chain: [UInt8], behind parent: ImportNode?, isFork: Bool) -> Int {
        guard isFork else { return 0 }
        var count = siblings[Sibling(parent: parent, chain: chain), default: 0]
        if count == 0, let parent {
            let next = ImportNode(segment: parent.segment, position: parent.position + 1)
            if hashes[next]?.chain == chain { count = 1 }
        }
        siblings[Sibling(parent: parent, chain: chain)] = count + 1
        return count
    }
}
