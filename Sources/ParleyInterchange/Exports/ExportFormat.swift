/// A way to write conversations down.
package enum ExportFormat: String, CaseIterable, Sendable {
    /// Lossless: the canonical form, of which an import makes the same conversations again.
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

    /// Whether side branches can be told.
    package var tellsBranches: Bool { self == .parley }

    /// Whether turns are told.
    package var wantsTurns: Bool { self == .parley }

    /// Whether every item is shown to the writer once before it is written.
    package var wantsSurvey: Bool { false }

    package func writer() -> any ExportWriter {
        switch self {
        case .parley: CanonicalExport()
        case .markdown: MarkdownTranscript()
        case .json: JSONDocument()
        case .text: PlainTranscript()
        }
    }
}
