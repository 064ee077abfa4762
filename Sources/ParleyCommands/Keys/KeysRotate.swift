import ArgumentParser
import Parley
import ParleyClient

/// The command `parley keys rotate`.
struct KeysRotate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Make a key that replaces another one.",
        discussion: """
            The new key has the label, scopes, limits and lifetime of the old one, and is shown once. The old one ends after \
            the overlap; without one it ends at once.
            """
    )

    @Argument(help: "The handle of the key that ends.")
    var handle: String

    @Option(
        help: ArgumentHelp("How long both keys stay valid: 24h, 7d.", valueName: "time"),
        transform: TimeArgument.durationOrNone
    )
    var overlap: Duration?

    @OptionGroup var place: ServerOptions
    @OptionGroup var format: OutputOptions

    func run() async throws {
        let handle = KeysRevoke.handle(of: handle)
        let key = try await place.ask { try await $0.rotateKey(handle, overlap: Int(overlap?.components.seconds ?? 0)) }
        NewKeyText.show(key, on: format.output, try place.settings())
    }
}
