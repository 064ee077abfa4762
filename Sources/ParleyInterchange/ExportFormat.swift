/// A way to write one conversation down.
package enum ExportFormat: String, CaseIterable, Sendable {
    /// Lossless: a line of JSON for the conversation, then one for each item.
    case parley
    case markdown
    case json
    case text

    package var contentType: String {
        switch self {
        case .parley: "application/jsonl; charset=utf-8"
        case .markdown: "text/markdown; charset=utf-8"
        case .json: "application/json; charset=utf-8"
        case .text: "text/plain; charset=utf-8"
        }
    }

    package var fileExtension: String {
        switch self {
        case .parley: "jsonl"
        case .markdown: "md"
        case .json: "json"
        case .text: "txt"
        }
    }
}
