import ArgumentParser
import Parley
import ParleyTokens

/// The command `parley tokens`.
struct TokensCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tokens",
        abstract: "Count the tokens of a text exactly.",
        discussion: "Without a text, and where it is `-`, standard input is read. Nothing leaves this machine."
    )

    @Argument(help: "The text.")
    var text: [String] = []

    @Option(name: .shortAndLong, help: "Count as this model does.")
    var model: String?

    @Option(help: "Count in this vocabulary: o200k_base or cl100k_base.")
    var vocabulary: ParleyTokens.Vocabulary?

    @Flag(help: "List the tokens.")
    var ids = false

    @Flag(help: "Read a JSON object with `text` from each line, and write one with `count` and `ids`.")
    var jsonLines = false

    @Option(help: .hidden)
    var time: String?

    @OptionGroup var format: OutputOptions

    func run() async throws {
        let tokenizer = try Tokenizer(chosenVocabulary())
        let terminal = format.output.terminal
        if let time { return try TokenFile.time(time, tokenizer, on: terminal) }
        if jsonLines { return try TokenLines.run(tokenizer, on: terminal) }
        let tokens = tokenizer.encode(try words())
        var json: JSON.Object = JSON.Object()
        json["vocabulary"] = .string(tokenizer.vocabulary.rawValue)
        json["count"] = JSON(tokens.count)
        if ids { json["ids"] = .array(tokens.map { JSON($0) }) }
        format.output.show(.object(json), as: .lines(ids ? tokens.map { line($0, tokenizer) } : ["\(tokens.count)"]))
    }

    private func words() throws -> String {
        if !text.isEmpty, !text.contains("-") { return text.joined(separator: " ") }
        return try QuestionText.standardInput()
    }

    private func line(_ id: Int, _ tokenizer: Tokenizer) -> String {
        let bytes = tokenizer.bytes(of: id) ?? []
        let text = Terminal.safe(String(decoding: bytes, as: UTF8.self)).replacing("\n", with: "␊").replacing(
            "\t",
            with: "␉"
        )
        return "\(id)\t\(text)"
    }

    /// What was asked for, else the model's own, else the newer one.
    private func chosenVocabulary() throws -> ParleyTokens.Vocabulary {
        if let vocabulary { return vocabulary }
        guard let model else { return .o200k }
        let table = try ModelTable.embedded(defaultWindow: nil)
        guard let known = table.profile(of: model).vocabulary else {
            throw ParleyError(
                .modelNotFound,
                "The vocabulary of '\(model)' is not known; choose one with --vocabulary."
            )
        }
        switch known {
        case .o200k: return .o200k
        case .cl100k: return .cl100k
        }
    }
}

extension ParleyTokens.Vocabulary: ExpressibleByArgument {}
