import ArgumentParser
import Parley
import ParleyClient

/// The command `parley database vacuum`.
struct DatabaseVacuum: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vacuum",
        abstract: "Give unused space back to the disk.",
        discussion: """
            Pruning does so by itself. With --full the whole file is written anew, which puts together what lies apart: \
            it needs twice the database's size on the disk, once more where temporary files go (TMPDIR, else /var/tmp), and \
            turns wait for it.
            """
    )

    @Flag(help: "Rewrite the whole file.")
    var full = false

    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: OutputOptions

    func run() async throws {
        let status = try await place.ask(saying: "giving space back") { api, progress in
            try await api.vacuum(full: full) { progress.say($0) }
        }
        format.output.show(status, as: .fields(DatabaseFields.of(status)))
    }
}
