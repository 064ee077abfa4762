import ArgumentParser
import Parley
import ParleyClient

/// The command `parley keys revoke`.
struct KeysRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "End a key at once.",
        discussion: """
            The handle is what `parley keys list` shows: the ten characters after prl_. A server that had a key goes on \
            asking for one, also when the last is ended.
            """
    )

    @Argument(help: "The key's handle.")
    var handle: String

    @OptionGroup var place: ServerOptions
    @OptionGroup var format: OutputOptions

    func run() async throws {
        let handle = Self.handle(of: handle)
        try await place.ask { try await $0.revokeKey(handle) }
        format.output.show(
            ["handle": .string(handle), "revoked": true],
            as: .lines(["revoked \(Terminal.safe(handle))"])
        )
    }

    /// The handle of a key that was given whole; the rest of it goes no further.
    static func handle(of text: String) -> String {
        guard text.hasPrefix("prl_") else { return text }
        return text.dropFirst(4).split(separator: "_").first.map(String.init) ?? text
    }
}
