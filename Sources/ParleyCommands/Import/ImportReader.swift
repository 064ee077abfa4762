import ParleyInterchange

/// What reads one file, whatever it is.
enum ImportReader {
    case conversations(ConversationReader)
    case database(LLMLogReader)
    case document(DocumentReader)
    case finished

    /// What the file is, as far as it is known.
    var format: ImportFormat? {
        switch self {
        case .conversations(let reader): reader.format
        case .database: .llm
        case .document: .aichat
        case .finished: nil
        }
    }

    mutating func next() throws -> ImportStep? {
        switch self {
        case .conversations(var reader):
            self = .finished
            defer { self = .conversations(reader) }
            return try reader.next()
        case .database(var reader):
            defer { self = .database(reader) }
            return try reader.next()
        case .document(let reader):
            self = .finished
            return reader.conversation()
        case .finished: return nil
        }
    }
}
