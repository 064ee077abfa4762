/// What a person tells the chat itself.
enum SlashCommand: String, CaseIterable, Sendable {
    case new
    case list
    case open
    case model
    case system
    case context
    case retry
    case undo
    case export
    case help
    case quit

    /// What follows the command, and one line about it.
    var help: (argument: String, text: String) {
        switch self {
        case .new: ("", "begin another conversation")
        case .list: ("", "list the newest conversations")
        case .open: ("N | ID | last", "go on in one of them")
        case .model: ("[NAME]", "show or change the model")
        case .system: ("[TEXT | -]", "show, change or clear the instructions")
        case .context: ("", "show what would be sent to the model next")
        case .retry: ("", "send the last message again")
        case .undo: ("", "take the last message and its answer back")
        case .export: ("[FILE]", "write the conversation; .md, .html, .txt, .csv, .json or .jsonl says how")
        case .help: ("", "show this")
        case .quit: ("", "leave; Ctrl-D does too")
        }
    }
}

/// A line of a chat: something to send, or something to do.
enum ChatInput: Sendable, Equatable {
    case message(String)
    case command(SlashCommand, argument: String)
    case unknown(String)

    /// `//` begins a message that begins with `/`; a path such as `/etc/hosts` is no command.
    init(_ text: String) {
        guard text.hasPrefix("/") else {
            self = .message(text)
            return
        }
        guard !text.hasPrefix("//") else {
            self = .message(String(text.dropFirst()))
            return
        }
        let word = text.dropFirst().prefix { !$0.isWhitespace }
        let argument = text.dropFirst(1 + word.count).trimmed
        if let command = SlashCommand(rawValue: word.lowercased()) ?? Self.synonyms[word.lowercased()] {
            self = .command(command, argument: argument)
        } else {
            self = word.allSatisfy { $0.isLetter && $0.isASCII } ? .unknown("/" + word) : .message(text)
        }
    }

    private static let synonyms: [String: SlashCommand] = ["exit": .quit, "q": .quit, "sessions": .list]
}
