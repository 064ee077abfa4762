import ArgumentParser
import Parley
import ParleyClient

/// The command `parley keys limit`.
struct KeysLimit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "limit",
        abstract: "Limit what a key may use, within what its user may.",
        discussion: "Limits that are not named stay as they are."
    )

    @Argument(help: "The key's handle.")
    var handle: String

    @OptionGroup var limits: LimitOptions
    @OptionGroup var place: ServerOptions
    @OptionGroup var format: OutputOptions

    func run() async throws {
        let change: JSON = ["limits": limits.json]
        let handle = KeysRevoke.handle(of: handle)
        let key = try await place.ask { try await $0.updateKey(handle, change) }
        let fields: [(name: String, value: String)] = [
            ("handle", key["handle"]?.string ?? ""), ("user", key["user"]?.string ?? ""),
        ]
        format.output.show(key, as: .fields(fields + UserFields.limits(key)))
    }
}
