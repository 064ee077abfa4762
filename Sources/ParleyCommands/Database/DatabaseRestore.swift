import ArgumentParser
import Foundation
import Parley
import ParleySQLite
import ParleyStore

/// The command `parley database restore`.
struct DatabaseRestore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Replace the database by a backup.",
        discussion: """
            No server may run on the database. The backup is verified before anything is changed; the database that was \
            there stays beside it, as PATH.before-restore-TIME.

            Everything is again as it was when the backup was taken: people who were erased since, and what they said, \
            are back, and keys that were revoked since are good. As far as the old database can be read, the receipts of \
            such erasures and such keys are named; erase the people and revoke the keys once more.
            """
    )

    @Argument(help: "The backup.")
    var file: String

    @OptionGroup var confirmation: Confirmation
    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: OutputOptions

    func run() async throws {
        let settings = try place.settings()
        guard settings.server == nil else {
            throw ValidationError("A backup is restored on the machine of the database; leave out --url.")
        }
        let path = UserFolder.path(file)
        let output = format.output
        let verified = try await ProgressLine.during("looking through the backup", on: output.terminal) { _ in
            try Self.verify(path)
        }
        try confirmation.ask("Put \(path) into the place of \(settings.database)?", on: output.terminal)
        let (old, revived) = try await ProgressLine.during("copying the backup", on: output.terminal) { _ in
            let old = try Self.restore(path, verified.digest, to: settings.database)
            try await Self.note(path, verified.digest, settings)
            return (old, old.flatMap { BackupFile.revived(by: path, after: $0) })
        }
        output.show(
            [
                "database": .string(settings.database), "backup": .string(path), "sha256": .string(verified.digest),
                "schema_version": JSON(verified.facts.schemaVersion), "before": JSON(old),
                "revived_erasures": Self.list(revived?.erasures.map(Self.receipt)),
                "revived_keys": Self.list(revived?.keys),
            ],
            as: .fields(
                [("database", settings.database), ("restored", path)] + (old.map { [("kept", $0)] } ?? [])
                    + (revived.map(Self.fields) ?? [])
            )
        )
    }

    private static func fields(_ revived: BackupFile.Revived) -> [(name: String, value: String)] {
        revived.erasures.map { (name: "erased since, back", value: receipt($0)) }
            + revived.keys.map { (name: "revoked since, good", value: $0) }
    }

    /// Null when it is not known.
    private static func list(_ names: [String]?) -> JSON { names.map { .array($0.map(JSON.string)) } ?? .null }

    private static func receipt(_ digits: String) -> String { Erasure.idPrefix + digits }

    /// Compares the checksum, when one stands beside it, and looks through the file.
    private static func verify(_ path: String) throws -> (facts: BackupFile.Facts, digest: String) {
        let facts = try BackupFile.verify(path, newest: try Migration.embedded().count)
        let digest = try digest(of: path)
        let sidecar = try? String(contentsOfFile: BackupTarget.sidecar(of: path), encoding: .utf8)
        if let sidecar, !sidecar.hasPrefix(digest) {
            throw ParleyError(
                .databaseDamaged,
                "\(path) is not the file whose checksum stands beside it. Take another backup, or remove the .sha256."
            )
        }
        return (facts, digest)
    }

    private static func restore(_ path: String, _ digest: String, to database: String) throws -> String? {
        let restoration = try Restoration(of: database)
        defer { restoration.finish() }
        return try restoration.carryOut(with: path, date: FileTime.text(.now)) { try self.digest(of: $0) == digest }
    }

    /// Opens what was restored, which brings its schema up to date, and writes into its audit log where it is from.
    private static func note(_ path: String, _ digest: String, _ settings: Settings) async throws {
        let database = try SQLiteDatabase.open(settings, socket: nil)
        do {
            let store = try await Store(database, host: ProcessInformation.host, pid: ProcessInformation.pid)
            let details = JSON.Object([
                .init(name: "backup", value: .string((path as NSString).lastPathComponent)),
                .init(name: "sha256", value: .string(digest)),
            ])
            try await store.record(
                AuditEvent(.restored, by: .init(user: settings.user ?? User.localName), details: details)
            )
        } catch {
            await database.close()
            throw error
        }
        await database.close()
    }

    private static func digest(of path: String) throws -> String {
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        var digest = FileDigest()
        while let data = try file.read(upToCount: 1 << 20), !data.isEmpty { digest.add([UInt8](data)) }
        return digest.text
    }
}
