import ArgumentParser
import Parley
import ParleyClient

/// The command `parley keys create`.
struct KeysCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make a key. It is shown once and never again."
    )

    @Option(name: .customLong("user"), help: "Whose key it is.")
    var owner: String

    @Option(help: "What it is for.")
    var label = ""

    @OptionGroup var place: KeyPlaceOptions
    @OptionGroup var format: OutputOptions

    func run() async throws {
        let key = try await place.ask { try await $0.createKey(for: owner, label: label) }
        let text = key["key"]?.string ?? ""
        let settings = try place.settings()
        format.output.show(key, as: .lines([Terminal.safe(text)]))
        guard format.output.terminal.isInteractive, !format.json else { return }
        format.output.terminal.note(
            """

            It will not be shown again. Programs that use OpenAI's API take it from their environment:
              export OPENAI_API_KEY=\(text)
            \(ServeCommand.exports("http://\(settings.host):\(settings.port)").map { "  " + $0 }.joined(separator: "\n"))
            """
        )
    }
}
