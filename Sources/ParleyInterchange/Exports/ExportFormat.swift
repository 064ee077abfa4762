/// A way to write conversations down.
package enum ExportFormat: String, CaseIterable, Sendable {
    /// Lossless: the canonical form, of which an import makes the same conversations again.
    case parley
    case json
    case markdown
    /// One page that can be read offline.
    case html
    case text
    case csv
    /// As ChatGPT's data export has them.
    case chatGPT = "chatgpt"
    /// As Open WebUI exports and imports them.
    case openWebUI = "open-webui"
    case shareGPT = "sharegpt"
    /// OpenAI's supervised fine-tuning.
    case fineTune = "openai-finetune"
    /// OpenAI's preference tuning, of regenerated, edited and rated answers.
    case preferences = "dpo"

    package var contentType: String {
        switch self {
        case .parley, .fineTune, .preferences: "application/jsonl; charset=utf-8"
        case .markdown: "text/markdown; charset=utf-8"
        case .html: "text/html; charset=utf-8"
        case .json, .chatGPT, .openWebUI, .shareGPT: "application/json; charset=utf-8"
        case .text: "text/plain; charset=utf-8"
        case .csv: "text/csv; charset=utf-8; header=present"
        }
    }

    package var fileExtension: String {
        switch self {
        case .parley, .fineTune, .preferences: "jsonl"
        case .markdown: "md"
        case .html: "html"
        case .json, .chatGPT, .openWebUI, .shareGPT: "json"
        case .text: "txt"
        case .csv: "csv"
        }
    }

    /// Whether side branches are told unless the active path alone is asked for.
    ///
    /// Where they are not, they cannot be asked for.
    package var tellsBranches: Bool {
        switch self {
        case .parley, .csv, .chatGPT, .openWebUI, .preferences: true
        case .json, .markdown, .html, .text, .shareGPT, .fineTune: false
        }
    }

    /// Whether turns are told.
    package var wantsTurns: Bool { self == .parley }

    /// Whether every item is shown to the writer once before it is written.
    package var wantsSurvey: Bool { self == .chatGPT || self == .openWebUI }

    /// Whether every conversation is announced to the writer before the first is written.
    package var wantsContents: Bool { self == .html }

    /// A writer, which with `redacts` takes out keys, addresses and numbers of persons.
    package func writer(redacts: Bool = false) -> any ExportWriter {
        redacts ? RedactingExport(writer: plainWriter) : plainWriter
    }

    private var plainWriter: any ExportWriter {
        switch self {
        case .parley: CanonicalExport()
        case .json: JSONDocument()
        case .markdown: MarkdownTranscript()
        case .html: HTMLPage()
        case .text: PlainTranscript()
        case .csv: CSVTable()
        case .chatGPT: ChatGPTExport()
        case .openWebUI: OpenWebUIExport()
        case .shareGPT: GatheredExport(ShareGPTFormat(), .list)
        case .fineTune: GatheredExport(FineTuneFormat())
        case .preferences: GatheredExport(PreferenceFormat())
        }
    }
}
