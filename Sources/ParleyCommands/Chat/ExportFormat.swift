/// How a conversation is written to a file.
enum ExportFormat: String, Sendable {
    case markdown
    case text
    case json
    case parley

    /// By the ending of a file's name; Markdown when it has none that says.
    init(file: String) {
        switch file.split(separator: ".").last?.lowercased() {
        case "txt": self = .text
        case "json": self = .json
        case "jsonl", "parley": self = .parley
        default: self = .markdown
        }
    }
}
