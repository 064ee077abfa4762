import ArgumentParser
import Parley
import ParleyClient

/// The command `parley keys create`.
struct KeysCreate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Make a key. It is shown once and never again.",
        discussion: """
            Scopes: chat (ask models, and the user's own conversations), read (look only), export (take conversations out \
            as files), admin (administer, when the user may). Without any the key may do all its user may.
            """
    )

    @Option(name: .customLong("user"), help: "The user it belongs to.")
    var owner: String

    @Option(help: "What it is for.")
    var label = ""

    @Option(help: "What it may do, separated by commas: chat, read, export, admin.")
    var scopes: String?

    @Option(
        help: ArgumentHelp("How long it stays valid: 90d, 24h.", valueName: "time"),
        transform: TimeArgument.duration
    )
    var expires: Duration?

    @OptionGroup var place: ServerOptions
    @OptionGroup var format: OutputOptions

    func run() async throws {
        let scopes = try scopes.map { JSON.array(try KeyScopes($0).names.map(JSON.string)) }
        let body: JSON = [
            "user": .string(owner), "label": .string(label), "scopes": scopes ?? .null,
            "expires_in": expires.map { JSON($0.components.seconds) } ?? .null,
        ]
        let key = try await place.ask(creates: true) { try await $0.createKey(body) }
        NewKeyText.show(key, on: format.output, try place.settings())
    }
}
