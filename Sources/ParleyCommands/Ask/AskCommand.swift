import ArgumentParser
import Parley
import ParleyClient

/// The command `parley ask`.
struct AskCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ask",
        abstract: "Ask one question.",
        discussion:
            "Without a text, and where a text is `-`, standard input is read. Only the answer goes to standard output."
    )

    @Argument(help: "What to ask.")
    var text: [String] = []

    @OptionGroup var target: ConversationOptions

    @Option(name: .shortAndLong, help: "The model to ask.")
    var model: String?

    @Option(help: "Sampling temperature, 0 to 2.")
    var temperature: Double?

    @Option(help: "Maximum number of tokens in the answer.")
    var maxTokens: Int?

    @Flag(help: "Print the answer only when it is complete.")
    var noStream = false

    @OptionGroup var rawText: RawTextOptions
    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: OutputOptions

    func run() async throws {
        let output = format.output
        let raw = try rawText.isWanted(on: output.terminal)
        let body = TurnBody(
            text: try QuestionText.of(text),
            system: target.system,
            model: model,
            temperature: temperature,
            maximumTokens: maxTokens,
            streams: !noStream
        )
        let interrupts = Interrupts()
        let answered = try await place.ask(saying: "waiting for the answer", creates: true) { api, progress in
            let run = AnswerRun(api: api, interrupts: interrupts)
            let printer = format.json ? nil : AnswerPrinter(on: output.terminal, raw: raw)
            defer { printer?.finish() }
            return try await send(body, run) { piece in
                if let printer {
                    progress.end()
                    printer.add(piece)
                }
            }
        }
        if format.json { output.terminal.json(answered.json) }
        if answered.ending.finish == "length" { output.terminal.note("parley: the answer reached its limit of tokens") }
        if answered.wasStopped { throw ExitCode(ExitStatus.interrupted) }
    }

    /// Sends the question where it belongs.
    ///
    /// A conversation that was made for it and got nothing is removed.
    private func send(
        _ body: TurnBody,
        _ run: AnswerRun,
        _ piece: @escaping @Sendable (String) -> Void
    ) async throws -> Answered {
        var body = body
        if let known = try await existing(on: run.api) {
            body.conversation = known
            return try await run.run(body, piece)
        }
        let new = try await run.api.createConversation(body.newConversation)["id"]?.string
        body.conversation = new
        body.system = nil
        do {
            return try await run.run(body, piece)
        } catch {
            if let new { _ = try? await run.api.deleteUnused(new) }
            throw error
        }
    }

    private func existing(on api: APIClient) async throws -> String? {
        if let conversation = target.conversation { return try await conversation.id(on: api) }
        return target.continues ? try await api.lastOfCommandLine()?["id"]?.string : nil
    }
}

extension APIClient {
    /// Removes a conversation in which no turn was ever stored.
    /// - Returns: whether it did.
    func deleteUnused(_ id: String) async throws -> Bool {
        guard try await newestTurn(of: id) == nil else { return false }
        try await deleteConversation(id)
        return true
    }
}
