import ArgumentParser
import Parley
import ParleyClient
import ParleySQLite

/// The command `parley database backup`.
struct DatabaseBackup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Write a copy of everything into a file, while it is in use.",
        discussion: """
            The copy appears whole and verified, or not at all; FILE.sha256 holds its checksum. With --keep the time goes \
            into the name, and only so many of the newest are kept. A backup holds everything in plain text: keep it safe.
            """
    )

    @Argument(help: "The file.")
    var file: String

    @Option(help: "Put the time into the name, and keep this many backups.")
    var keep: Int?

    @Flag(name: [.customLong("force"), .customLong("replace")], help: "Replace an existing file.")
    var replaces = false

    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: OutputOptions

    func validate() throws {
        if let keep, keep < 1 { throw ValidationError("--keep must be at least 1.") }
    }

    func run() async throws {
        let series = keep.map { _ in BackupSeries(file) }
        let target = try BackupTarget(series?.path() ?? file, replaces: replaces)
        try OwnFiles.refuse(target.path, database: place.settings().database)
        let newest = try Migration.embedded().count
        let written = try await place.ask(saying: "copying the database") { api, progress in
            try await target.write(newest: newest) { write in
                var count = 0
                try await api.stream(.post, "/admin/database/backup") { bytes in
                    try write(bytes)
                    count += bytes.count
                    progress.say("\(ByteText.of(count)) written")
                }
                progress.say("looking through the backup")
            }
        }
        let removed = try keep.flatMap { try series?.prune(keeping: $0) } ?? []
        format.output.show(
            [
                "file": .string(written.path), "bytes": JSON(written.size), "sha256": .string(written.digest),
                "schema_version": JSON(written.schemaVersion), "removed": .array(removed.map(JSON.string)),
            ],
            as: .fields(
                [
                    ("file", written.path), ("size", ByteText.of(Int(written.size))), ("sha256", written.digest),
                ] + removed.map { ("removed", $0) }
            )
        )
    }
}
