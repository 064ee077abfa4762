import ArgumentParser
import Parley
import ParleyClient

/// The command `parley audit verify`.
struct AuditVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check that no row of the log was changed, removed, added or cut off.",
        discussion: """
            Ends with status 0 only when the log is whole. Who can write the database could write the whole log anew: note \
            the hash that this shows elsewhere, and ask for it later with --containing.
            """
    )

    @Option(help: ArgumentHelp("A hash that an earlier check showed.", valueName: "hash"))
    var containing: String?

    @OptionGroup var place: ServerOptions
    @OptionGroup var format: OutputOptions

    func run() async throws {
        let verdict = try await place.ask { try await $0.verifyAudit(containing: containing) }
        let entries = verdict["entries"]?.int ?? 0
        format.output.show(
            verdict,
            as: .fields([
                ("rows in order", String(entries)), ("hash of the last", verdict["head"]?.string ?? ""),
                ("whole", verdict["whole"]?.bool == true ? "yes" : "no"),
            ])
        )
        guard verdict["whole"]?.bool != true else { return }
        let number = verdict["broken"]?["id"]?.string ?? "?"
        let reason = verdict["broken"]?["reason"]?.string ?? ""
        throw ParleyError(.databaseDamaged, "The audit log is broken at row \(number). \(reason)")
    }
}
