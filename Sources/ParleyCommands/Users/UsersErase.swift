import ArgumentParser
import Parley
import ParleyClient

/// The command `parley users erase`.
struct UsersErase: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erase",
        abstract: "Remove a user and everything they own, and print a receipt.",
        discussion: """
            Conversations, search index, keys, kept answers, usage: everything, held conversations too. The key of their \
            hashes is destroyed and the name becomes free. Backups and exports are yours to delete, and the audit log \
            keeps names of users and labels of keys.
            """
    )

    @Argument(help: "The user's name.")
    var name: String

    @OptionGroup var confirmation: Confirmation
    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: OutputOptions

    func run() async throws {
        let output = format.output
        try confirmation.ask("Erase everything of the user '\(name)'?", on: output.terminal)
        let receipt = try await place.ask(saying: "erasing") { api, progress in
            try await api.eraseUser(name) { progress.say($0) }
        }
        let lines = [
            "Erased \(PruneLines.counts(receipt)), \(CountText.of(receipt["keys"], "key")).",
            "Receipt \(Terminal.safe(receipt["id"]?.string ?? ""))",
        ]
        output.show(receipt, as: .lines(lines + PruneLines.inLog(receipt)))
    }
}
