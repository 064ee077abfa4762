import ArgumentParser
import Parley
import ParleyClient

/// The command `parley database reindex`.
struct DatabaseReindex: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reindex",
        abstract: "Rebuild the search index.",
        discussion: """
            Goes on behind everything else, and where it was after a restart; meanwhile searches find what is in the \
            index already. The command waits until it is done.
            """
    )

    @Flag(help: "Only start it, and leave the work to the running server.")
    var noWait = false

    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: OutputOptions

    func run() async throws {
        let status = try await place.ask(saying: "building the index") { api, progress in
            var status = try await api.reindex()
            let all = status["lag"]?.int ?? 0
            while !noWait, status["rebuilding"]?.bool == true {
                try await Task.sleep(for: .milliseconds(200))
                status = try await api.database()["search"] ?? .null
                let left = status["lag"]?.int ?? 0
                progress.say("building the index: \(left) of \(CountText.of(max(all, left), "item")) left")
            }
            return status
        }
        format.output.show(status, as: .fields(DatabaseFields.of(status)))
    }
}
