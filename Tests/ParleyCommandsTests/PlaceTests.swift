import Foundation
import Parley
import Testing

/// Which server or database a command asks, and for whom.
@Suite(.timeLimit(.minutes(2))) struct PlaceTests {
    @Test func aNamedDatabaseIsAskedForItself() async throws {
        try await Workplace.with { place in
            _ = try await place.parley("ask", "here")
            let (server, url) = try await place.serve()
            let other = place.folder.path + "/other.sqlite"
            let missing = try await place.parley("database", "check", "--database", other)
            #expect(missing.status == 1 && missing.errors.contains("There is no database"))
            #expect(try await place.parley("users", "add", "anna", "--database", other).status == 0)
            let remote = try await place.parley("sessions", "list", "--json", settings: ["PARLEY_URL": url])
            #expect(remote.json.array?.count == 1)
            let named = try await place.parley(
                "sessions",
                "list",
                "--json",
                "--database",
                other,
                settings: ["PARLEY_URL": url]
            )
            #expect(named.json.array?.isEmpty == true)
            let both = try await place.parley("sessions", "list", "--database", other, "--url", url)
            #expect(both.status == 64 && both.errors.contains("two places"))
            server.signal(SIGTERM)
            #expect(await server.end().status == 0)
        }
    }

    @Test func whomACommandActsForIsSaidToTheServer() async throws {
        try await Workplace.with { place in
            for (name, role) in [("anna", "user"), ("root", "admin")] {
                #expect(try await place.parley("users", "add", name, "--role", role).status == 0)
            }
            _ = try await place.parley("ask", "mine", "--user", "root")
            let key = try await place.parley("keys", "create", "--user", "root", "--json").json["key"]?.string ?? ""
            let (server, url) = try await place.serve()
            let there = ["PARLEY_URL": url, "PARLEY_KEY": key]
            #expect(try await place.parley("sessions", "list", "--json", settings: there).json.array?.count == 1)
            let pruned = try await place.parley("sessions", "prune", "--keep", "1", "--user", "anna", settings: there)
            #expect(pruned.status == 77 && pruned.errors.contains("admin.read_conversations"))
            server.signal(SIGTERM)
            #expect(await server.end().status == 0)
        }
    }

    @Test func administrationElsewhereNeedsAnAdministratorsKey() async throws {
        try await Workplace.with { place in
            let key = try await place.parley("keys", "create", "--json").json["key"]?.string ?? ""
            let (server, url) = try await place.serve()
            let there = ["PARLEY_URL": url, "PARLEY_KEY": key]
            let refused = try await place.parley("users", "list", settings: there)
            #expect(refused.status == 77 && refused.errors.contains("administrator"))
            let said = try await place.parley("users", "list", "--json", settings: there).errors
            #expect(try JSON(parsing: said)["error"]?["code"] == "insufficient_permissions")
            server.signal(SIGTERM)
            #expect(await server.end().status == 0)
        }
    }

    @Test func aServerOnATakenPortEnds() async throws {
        try await Workplace.with { place in
            let (server, url) = try await place.serve()
            let port = try #require(URL(string: url)?.port)
            let second = try await place.parley(
                "serve",
                "--port",
                "\(port)",
                "--database",
                place.folder.path + "/second.sqlite"
            )
            #expect(second.status != 0 && second.errors.contains("cannot listen"))
            server.signal(SIGTERM)
            #expect(await server.end().status == 0)
        }
    }

    @Test func theDatabaseIsNeverWrittenOver() async throws {
        try await Workplace.with { place in
            _ = try await place.parley("ask", "here")
            let link = place.folder.path + "/link.sqlite"
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "p.sqlite")
            for file in [place.folder.path + "/p.sqlite", "p.sqlite", "p.sqlite-wal", "./p.sqlite.lock", link] {
                let backup = try await place.parley("database", "backup", file, "--replace")
                #expect(backup.status == 1 && backup.errors.contains("belongs to the database"), "\(file)")
                let export = try await place.parley("sessions", "export", "--all", "-o", file, "--force")
                #expect(export.status == 1 && export.errors.contains("belongs to the database"), "\(file)")
            }
            let check = try await place.parley("database", "check")
            #expect(check.status == 0, "\(check.output)\(check.errors)")
        }
    }

    @Test func whatCannotBeShownIsAnError() async throws {
        try await Workplace.with { place in
            _ = try await place.parley("ask", "here")
            let command = "\(ParleyProcess.program) sessions list >/dev/full"
            let shell = try ParleyProcess(
                ["-c", command],
                of: "/bin/sh",
                environment: place.environment,
                folder: place.folder
            )
            let end = await shell.end()
            #expect(end.status == 73 && end.errors.contains("could not be written"))
        }
    }
}
