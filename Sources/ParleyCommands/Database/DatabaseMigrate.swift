import ArgumentParser
import Parley
import ParleySQLite

/// The command `parley database migrate`.
struct DatabaseMigrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Bring the database's schema up to date.",
        discussion: "Every command does this by itself. A copy is kept before anything is changed."
    )

    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: OutputOptions

    func run() async throws {
        let settings = try place.settings()
        let terminal = format.output.terminal
        let status = try await ProgressLine.during("bringing the database up to date", on: terminal) { _ in
            try await Self.migrate(settings)
        }
        format.output.show(
            ["database": .string(status.location), "schema_version": JSON(status.schemaVersion)],
            as: .fields([("database", status.location), ("schema", "\(status.schemaVersion), the newest")])
        )
    }

    private static func migrate(_ settings: Settings) async throws -> DatabaseStatus {
        let database = try SQLiteDatabase.open(settings, socket: nil)
        do {
            let status = try await database.status()
            await database.close()
            return status
        } catch {
            await database.close()
            throw error
        }
    }
}
