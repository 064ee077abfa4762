import Parley

/// A format that says each conversation on one line, and so must have it whole.
protocol GatheredFormat {
    /// The lines of a conversation; none when it cannot be said.
    func lines(_ conversation: ExportedConversation, _ items: [ExportedItem]) -> [JSON]

    /// How many of the items are not said in these lines.
    func leftOut(of items: [ExportedItem]) -> Int
}

/// Gathers the items of one conversation after the other; one that is too large is left out.
struct GatheredExport<Format: GatheredFormat>: ExportWriter {
    let format: Format
    /// What stands around and between the lines.
    var frame = Frame(begin: "", between: "", end: "")
    private(set) var leftOut = ExportLeftOut()
    private var conversation: ExportedConversation?
    private var items: [ExportedItem] = []
    private var bytes = 0
    private var isFirst = true

    struct Frame {
        var begin: String
        var between: String
        var end: String

        static var lines: Frame { Frame(begin: "", between: "", end: "") }
        static var list: Frame { Frame(begin: "[\n", between: ",", end: "]\n") }
    }

    /// The most text of a conversation, in bytes: nobody can train on a line that is longer.
    private static var limit: Int { 8 << 20 }

    init(_ format: Format, _ frame: Frame = .lines) {
        self.format = format
        self.frame = frame
    }

    mutating func begin(_ header: CanonicalHeader) -> [UInt8] { Array(frame.begin.utf8) }

    mutating func begin(_ conversation: ExportedConversation) -> [UInt8] {
        self.conversation = conversation
        items = []
        bytes = 0
        return []
    }

    mutating func add(_ item: ExportedItem) -> [UInt8] {
        guard bytes <= Self.limit else { return [] }
        bytes += item.item.content.size
        items.append(item)
        if bytes > Self.limit { items = [] }
        return []
    }

    mutating func endConversation() -> [UInt8] {
        guard let conversation else { return [] }
        let lines = bytes > Self.limit ? [] : format.lines(conversation, items)
        if lines.isEmpty { leftOut.conversations += 1 } else { leftOut.items += format.leftOut(of: items) }
        items = []
        var result: [UInt8] = []
        for line in lines {
            if !isFirst { result += Array(frame.between.utf8) }
            isFirst = false
            result += line.encoded + [UInt8(ascii: "\n")]
        }
        return result
    }

    mutating func end() -> [UInt8] { Array(frame.end.utf8) }
}

extension ItemContent {
    /// About how many bytes its JSON has.
    fileprivate var size: Int { Self.size(.object(json)) }

    private static func size(_ value: JSON) -> Int {
        switch value {
        case .string(let text): text.utf8.count + 2
        case .array(let elements): elements.reduce(2) { $0 + size($1) }
        case .object(let object): object.members.reduce(2) { $0 + $1.name.utf8.count + 4 + size($1.value) }
        case .null, .bool, .number: 4
        }
    }
}
