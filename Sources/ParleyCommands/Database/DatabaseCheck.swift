import ArgumentParser
import Parley

/// The command `parley database check`.
struct DatabaseCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check everything stored; exits 0 only when the database is sound.",
        discussion: """
            Checks the files and their indexes, that nothing refers to nothing, titles, tags and summaries, sums of usage, \
            the audit log, and that every message is, to the byte, what was said. Turns go on meanwhile.
            """
    )

    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: OutputOptions

    func run() async throws {
        let output = format.output
        let outcome = try await place.ask(saying: "looking through the files") { try await CheckOutcome.ask($0, $1) }
        output.show(outcome.json, as: .lines(outcome.lines(on: output.terminal)))
        if !outcome.isSound { throw ExitCode.failure }
    }
}
