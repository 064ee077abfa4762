import ArgumentParser
import Parley
import ParleyClient

/// The command `parley models list`.
struct ModelsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the models of the upstreams.",
        aliases: ["ls"]
    )

    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: OutputOptions

    func run() async throws {
        let models = try await place.ask { try await $0.models() }
        format.output.show(.array(models), as: .table(table(models)))
    }

    private func table(_ models: [JSON]) -> Table {
        Table(
            [Table.Column(heading: "MODEL", isFlexible: true), Table.Column(heading: "OWNER")],
            rows: models.map { [$0["id"]?.string ?? "", $0["owned_by"]?.string ?? ""] },
            whenEmpty: "The upstream lists no models."
        )
    }
}
