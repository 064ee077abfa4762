import ArgumentParser
import Parley
import ParleyClient
import ParleyInterchange

/// The command `parley sessions export`.
struct SessionsExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write conversations to a file.",
        discussion: """
            Without --format the ending of FILE says it (.md, .html, .txt, .csv, .json, .jsonl); on a terminal it is \
            Markdown, and everywhere else the form parley, which loses nothing: `parley sessions import` makes the same \
            conversations of it again.

            A file is there whole or not at all, and only you can read it. With a / at the end of FILE it is a folder, \
            into which each conversation is written under its own name.

            FORMATS
              parley           every branch, turn and setting; JSON lines with a manifest
              json             the conversations and items as the API shows them
              markdown, text   transcripts
              html             one page to read offline, which can do nothing
              csv              a row for each item
              chatgpt          as ChatGPT's data export
              open-webui       as Open WebUI imports it
              sharegpt         for training, in turns of human and gpt
              openai-finetune  for supervised fine-tuning
              dpo              pairs of answers: by rating, by edit, or by which one was gone on with
            """
    )

    @Argument(help: ConversationReference.help)
    var conversations: [ConversationReference] = []

    @Flag(help: "Every conversation.")
    var all = false

    @OptionGroup(title: "Which conversations")
    var filter: FilterOptions

    @Option(name: .shortAndLong, help: ArgumentHelp("The format of the file.", valueName: "format"))
    var format: ExportFormat?

    @Option(name: .shortAndLong, help: ArgumentHelp("Where to write; - is standard output.", valueName: "file"))
    var output: String?

    @Option(help: "all branches, or only the active path.")
    var branches: ExportScope?

    @Flag(help: "Take out keys, e-mail addresses, phone and card numbers.")
    var redact = false

    @Flag(help: "Replace an existing file.")
    var force = false

    @OptionGroup var place: PlaceOptions
    @OptionGroup var shown: OutputOptions

    private var target: ExportTarget { ExportTarget(output) }

    func validate() throws {
        let isLimited = try !filter.filter().isUnlimited
        guard !conversations.isEmpty || all || isLimited else {
            throw ValidationError("Say which conversations: their ids, a condition, or --all.")
        }
        guard conversations.isEmpty || !all && !isLimited else {
            throw ValidationError("Give ids, or say --all or conditions, but not both.")
        }
        guard conversations.count <= ExportSelection.mostIDs else {
            throw ValidationError("At most \(ExportSelection.mostIDs) ids at once. Give a condition instead.")
        }
        guard target != .standardOutput || !shown.json else {
            throw ValidationError("--json tells what was written, so it needs --output.")
        }
    }

    func run() async throws {
        let terminal = shown.output.terminal
        let target = target
        if case .file(let path) = target { try OwnFiles.refuse(path, database: place.settings().database) }
        let form = format ?? target.format.flatMap(ExportFormat.init) ?? (isOnTerminal(terminal) ? .markdown : .parley)
        let selection = ExportSelection(query: try filter.filter().query, options: options(form), format: form)
        let written = try await place.ask(saying: "exporting") { api, progress in
            var ids: [String] = []
            for conversation in conversations { ids.append(try await conversation.id(on: api)) }
            let writing = ExportWriting(
                api: api,
                selection: selection,
                ids: ids,
                existing: force ? .isReplaced : .staysUnlessForced,
                terminal: terminal,
                progress: progress
            )
            return try await writing.write(to: target)
        }
        guard target != .standardOutput else { return }
        shown.output.show(written.json, as: .lines(written.summary))
    }

    private func isOnTerminal(_ terminal: Terminal) -> Bool { target == .standardOutput && terminal.isInteractive }

    private func options(_ form: ExportFormat) -> [APIQueryItem] {
        var options = [APIQueryItem("format", form.rawValue)]
        if let branches { options.append(APIQueryItem("branches", branches.rawValue)) }
        if redact { options.append(APIQueryItem("redact", true)) }
        return options
    }
}

extension ExportFormat: ExpressibleByArgument {}
extension ExportScope: ExpressibleByArgument {}
