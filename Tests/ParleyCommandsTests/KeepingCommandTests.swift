import Foundation
import Parley
import Testing

/// Pruning, backups and checks by the program itself.
@Suite(.timeLimit(.minutes(3))) struct KeepingCommandTests {
    @Test func pruningAsksForAConditionAndForYes() async throws {
        try await Workplace.with { place in
            _ = try await place.parley("ask", "one")
            for arguments in [
                ["prune"], ["prune", "--idle-for", "0"], ["prune", "--older-than", "0d"],
                ["prune", "--older-than=-3d"], ["prune", "--idle-for", "99999999999999999999w"],
                ["prune", "--keep=-1"], ["prune", "--keep", "0"],
            ] {
                let end = try await place.run(["sessions"] + arguments)
                #expect(end.status == 64, "\(arguments) \(end.errors)")
            }
            let dry = try await place.parley("sessions", "prune", "--model", "echo-1", "--json").json
            #expect(dry["dry_run"] == true && dry["conversations"]?.int == 1)
            #expect(try await place.parley("sessions", "list", "--json").json.array?.count == 1)
            #expect(
                try await place.parley("sessions", "prune", "--idle-for", "90d", "--json").json["conversations"] == 0
            )
            let done = try await place.parley("sessions", "prune", "--model", "echo-1", "--yes", "--json").json
            #expect(done["conversations"]?.int == 1)
            #expect(try await place.parley("sessions", "list", "--json").json.array?.isEmpty == true)
            let runs = try await place.parley("sessions", "prune", "--runs", "--json").json.array
            #expect(runs?.count == 1 && runs?.first?["items"]?.int == 2)
        }
    }

    @Test func whatIsPrunedIsWrittenAndReadBackFirst() async throws {
        try await Workplace.with { place in
            _ = try await place.parley("ask", "one")
            let arguments = ["sessions", "prune", "--model", "echo-1", "--export", "old.jsonl", "--json"]
            let file = place.folder.appendingPathComponent("old.jsonl")
            #expect(try await place.run(arguments).json["dry_run"] == true)
            #expect(!FileManager.default.fileExists(atPath: file.path))
            // What was said a moment ago goes too: times are kept to the millisecond.
            let pruned = try await place.run(arguments + ["--yes"]).json
            #expect(pruned["conversations"]?.int == 1 && pruned["export"]?["conversations"]?.int == 1)
            #expect(try String(contentsOf: file, encoding: .utf8).contains("echo(1): one"))
            #expect(try await place.parley("sessions", "list", "--json").json.array?.isEmpty == true)
            let again = try await place.run(arguments + ["--yes"])
            #expect(again.status != 0)
        }
    }

    @Test func aConversationIsTaggedHeldDeletedAndRestored() async throws {
        try await Workplace.with { place in
            _ = try await place.parley("ask", "one")
            #expect(
                try await place.parley("sessions", "tag", "last", "work", "a", "--json").json["tags"]?.array?.count == 2
            )
            let tagged = try await place.parley("sessions", "tag", "last", "a", "--remove", "--json").json
            #expect(tagged["tags"] == ["work"])
            #expect(try await place.parley("sessions", "hold", "last").status == 0)
            #expect(try await place.parley("sessions", "prune", "--tag", "work", "--yes", "--json").json["items"] == 0)
            #expect(try await place.parley("sessions", "release", "last").status == 0)
            #expect(try await place.parley("sessions", "rate", "last", "up", "--json").json["rating"]?.int == 1)
            #expect(try await place.parley("sessions", "list", "--rating", "up", "--json").json.array?.count == 1)
            let id = tagged["id"]?.string ?? ""
            #expect(try await place.parley("sessions", "delete", id).status == 0)
            let short = String(id.dropFirst(5).prefix(8))
            #expect(try await place.parley("sessions", "list", "--deleted").output.contains(short))
            #expect(try await place.parley("sessions", "restore", short).status == 0)
            #expect(try await place.parley("sessions", "stats", "last", "--json").json["turns"]?.int == 1)
            #expect(try await place.parley("sessions", "branch", "last", "--json").json.array?.count == 1)
            #expect(
                try await place.parley("sessions", "branch", "last", "--fork", "--json").json["item_count"]?.int == 2
            )
        }
    }

    @Test func aBackupIsWholeAndComesBack() async throws {
        try await Workplace.with { place in
            let (server, _) = try await place.serve()
            _ = try await place.parley("ask", "before the backup")
            #expect(try await place.parley("users", "add", "anna").status == 0)
            _ = try await place.parley("keys", "create", "--user", "anna")
            let asking = Task { for _ in 0..<5 { _ = try await place.parley("ask", "meanwhile") } }
            let backup = try await place.parley("database", "backup", "b.sqlite", "--json").json
            try await asking.value
            #expect(backup["schema_version"]?.int != nil)
            let files = FileManager.default
            let path = place.folder.path + "/b.sqlite"
            let mode = try files.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber
            #expect(mode == 0o600)
            let sidecar = try String(contentsOfFile: path + ".sha256", encoding: .utf8)
            #expect(sidecar == "\(backup["sha256"]?.string ?? "")  b.sqlite\n")
            #expect(try await place.parley("database", "backup", "b.sqlite").status == 1)
            #expect(try await place.parley("database", "restore", "b.sqlite", "--yes").status == 75)
            server.signal(SIGTERM)
            _ = await server.end()
            _ = try await place.parley("ask", "after the backup")
            #expect(try await place.parley("users", "erase", "anna", "--yes").status == 0)
            #expect(try await place.parley("database", "restore", "b.sqlite").status == 64)
            let restored = try await place.parley("database", "restore", "b.sqlite", "--yes", "--json").json
            let old = restored["before"]?.string ?? ""
            #expect(files.fileExists(atPath: old))
            #expect(restored["revived_erasures"]?.array?.count == 1 && restored["revived_keys"]?.array?.count == 1)
            let titles = try await titles(place)
            #expect(titles.contains("before the backup") && !titles.contains("after the backup"))
            let check = try await place.parley("database", "check")
            #expect(check.status == 0, "\(check.output)\(check.errors)")
            #expect(try await place.parley("doctor").output.contains("before-restore"))
            let before = try await place.parley("sessions", "list", "--json", settings: ["PARLEY_DATABASE": old]).json
            #expect(before.array?.contains { $0["title"] == "after the backup" } == true)
        }
    }

    private func titles(_ place: Workplace) async throws -> [String] {
        try await place.parley("sessions", "list", "--all", "--json").json.array?.compactMap { $0["title"]?.string }
            ?? []
    }

    @Test func aBackupThatIsNotSoundIsNotRestored() async throws {
        try await Workplace.with { place in
            _ = try await place.parley("ask", "kept")
            _ = try await place.parley("database", "backup", "b.sqlite")
            let file = place.folder.appendingPathComponent("b.sqlite")
            let whole = try Data(contentsOf: file)
            var flipped = whole
            let spot = try #require(whole.range(of: Data("kept".utf8)))
            flipped[spot.lowerBound] ^= 1
            for (bytes, status) in [(flipped, Int32(74)), (whole.dropLast(5_000), 74), (Data("no database".utf8), 78)] {
                try bytes.write(to: file)
                let end = try await place.parley("database", "restore", "b.sqlite", "--yes")
                #expect(end.status == status, "\(end.errors)")
            }
            try whole.write(to: file)
            let log = place.folder.path + "/b.sqlite-wal"
            #expect(FileManager.default.createFile(atPath: log, contents: Data("x".utf8)))
            let refused = try await place.parley("database", "restore", "b.sqlite", "--yes")
            #expect(refused.status == 78 && refused.errors.contains("database check"))
            try FileManager.default.removeItem(atPath: log)
            #expect(try await titles(place) == ["kept"])
            let left = try FileManager.default.contentsOfDirectory(atPath: place.folder.path)
            #expect(!left.contains { $0.contains("restore") })
        }
    }

    @Test func aBackupThatIsKilledLeavesNoBackup() async throws {
        try await Workplace.with { place in
            _ = try await place.parley("ask", "kept")
            let path = place.folder.path + "/k.sqlite"
            let files = FileManager.default
            for _ in 0..<4 {
                let backup = try place.start("database", "backup", "k.sqlite", "--replace")
                while !files.fileExists(atPath: path + ".unfinished"), !files.fileExists(atPath: path) {
                    await Task.yield()
                }
                backup.signal(SIGKILL)
                _ = await backup.end()
                guard files.fileExists(atPath: path) else { continue }
                // It had been renamed just before, so it is whole.
                #expect(try await place.parley("database", "restore", "k.sqlite", "--yes").status == 0)
                try files.removeItem(atPath: path)
                try? files.removeItem(atPath: path + ".sha256")
            }
            #expect(try await place.parley("database", "backup", "k.sqlite", "--replace").status == 0)
            #expect(try await titles(place) == ["kept"])
            #expect(try await place.parley("database", "check").status == 0)
        }
    }

    @Test func aCheckFailsWhenATextWasChanged() async throws {
        try await Workplace.with { place in
            _ = try await place.parley("ask", "the quick brown fox")
            #expect(try await place.parley("database", "check").status == 0)
            let file = place.folder.appendingPathComponent("p.sqlite")
            var bytes = try Data(contentsOf: file)
            // The title comes first or last; the message alone has a quote behind it.
            let spot = try #require(bytes.range(of: Data("brown fox\"".utf8)))
            bytes[spot.lowerBound] ^= 1
            try bytes.write(to: file)
            let end = try await place.parley("database", "check", "--json")
            #expect(end.status == 1)
            #expect(end.json["sound"] == false && end.json["findings"]?.array?.first?["subject"] == "chain")
            let doctor = try await place.parley("doctor", "--json")
            let told = doctor.json["findings"]?.array?.first { $0["subject"] == "chain" }
            #expect(doctor.status == 1 && told?["remedy"]?.string?.contains("database restore") == true)
        }
    }

    @Test func nightlyBackupsRotate() async throws {
        try await Workplace.with { place in
            _ = try await place.parley("ask", "kept")
            for name in ["n-20200101-000000.sqlite", "n-20210101-000000.sqlite", "n-mine.sqlite"] {
                try Data().write(to: place.folder.appendingPathComponent(name))
            }
            let backup = try await place.parley("database", "backup", "n.sqlite", "--keep", "2", "--json").json
            #expect(backup["removed"] == ["n-20200101-000000.sqlite"])
            let left = try FileManager.default.contentsOfDirectory(atPath: place.folder.path)
            #expect(left.contains("n-mine.sqlite") && left.contains("n-20210101-000000.sqlite"))
        }
    }
}
