/// Something about an imported conversation that its owner should know.
package enum ImportNote: String, CaseIterable, Sendable {
    case hiddenMessage
    case emptyMessage
    case errorMessage
    case unfinishedMessage
    case recap
    case placeholder
    case summary
    case duplicateID
    case unknownContent
    case missingFile
    case addedCall
    case cycle
    case lostParent
    case lostTip
    case futureDate
    case changedMessage
    case project
    case memory

    /// Whether something of the source is not stored, rather than stored in another way.
    package var isLeftOut: Bool {
        switch self {
        case .hiddenMessage, .emptyMessage, .errorMessage, .unfinishedMessage, .recap, .placeholder, .summary,
            .duplicateID, .project, .memory:
            true
        case .unknownContent, .missingFile, .addedCall, .cycle, .lostParent, .lostTip, .futureDate, .changedMessage:
            false
        }
    }

    /// What it says to people, after a number.
    package var text: String {
        switch self {
        case .hiddenMessage: "hidden messages"
        case .emptyMessage: "empty messages"
        case .errorMessage: "error messages"
        case .unfinishedMessage: "unfinished messages"
        case .recap: "notes on thinking time"
        case .placeholder: "placeholders for missing content"
        case .summary: "summaries of what is there in full"
        case .duplicateID: "messages with an id that another has"
        case .unknownContent: "parts of unknown content, kept as they are"
        case .missingFile: "files that the export does not contain, kept by name"
        case .addedCall: "tool results without a call; a call was added"
        case .cycle: "cycles in the tree, broken"
        case .lostParent: "messages whose parent is missing, put at the beginning"
        case .lostTip: "conversations without a current message, opened at their newest"
        case .futureDate: "dates in the future, set to now"
        case .changedMessage: "messages that do not say what their hash was made of, kept as they are"
        case .project: "projects, which are not conversations"
        case .memory: "memories, which are not conversations"
        }
    }
}

/// How often each note was made.
package struct ImportNotes: Hashable, Sendable {
    package private(set) var counts: [ImportNote: Int] = [:]

    package init() {}

    package mutating func add(_ note: ImportNote, _ count: Int = 1) {
        counts[note, default: 0] += count
    }

    package mutating func add(_ other: ImportNotes) {
        for (note, count) in other.counts { add(note, count) }
    }
}
