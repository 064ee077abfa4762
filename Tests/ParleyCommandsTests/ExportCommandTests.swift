import Foundation
import Parley
import Testing

/// The command `parley sessions export`.
@Suite(.timeLimit(.minutes(2))) struct ExportCommandTests {
    private func permissions(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test func aFileIsWrittenWholeAndForItsOwnerAlone() async throws {
        try await Workplace.with { place in
            _ = try await place.parley("ask", "one")
            _ = try await place.parley("ask", "two")
            let path = place.folder.path + "/all.jsonl"
            let end = try await place.parley("sessions", "export", "--all", "--format", "parley", "--output", path)
            #expect(end.status == 0 && end.output.hasPrefix("Wrote 2 conversations to \(path)"))
            #expect(try permissions(path) == 0o600)
            let text = try String(contentsOfFile: path, encoding: .utf8)
            #expect(text.contains(#""object":"manifest""#) && text.contains("echo(1): two"))
            let names = try FileManager.default.contentsOfDirectory(atPath: place.folder.path)
            #expect(names.allSatisfy { !$0.contains(".part-") })

            let refused = try await place.parley("sessions", "export", "--all", "-o", path)
            #expect(refused.status != 0 && refused.errors.contains("--force"))
            let replaced = try await place.parley("sessions", "export", "--all", "-o", path, "--force", "--json")
            #expect(replaced.json["conversations"] == 2 && replaced.json["format"] == "parley")
        }
    }

    @Test func theEndingOfTheNameSaysTheFormat() async throws {
        try await Workplace.with { place in
            _ = try await place.parley("ask", "one")
            let starts = ["md": "# one", "html": "<!DOCTYPE html>", "csv": "conversation,title", "json": "{"]
            for (ending, start) in starts {
                let path = place.folder.path + "/one.\(ending)"
                #expect(try await place.parley("sessions", "export", "last", "-o", path).status == 0)
                #expect(try String(contentsOfFile: path, encoding: .utf8).hasPrefix(start), "\(ending)")
            }
            let piped = try await place.parley("sessions", "export", "last")
            #expect(piped.output.hasPrefix(#"{"branches":"all""#))
        }
    }

    @Test func aFolderGetsAFileForEachConversation() async throws {
        try await Workplace.with { place in
            _ = try await place.parley("ask", "../../etc/passwd")
            _ = try await place.parley("ask", "你好")
            let path = place.folder.path + "/out/"
            let end = try await place.parley("sessions", "export", "--all", "-o", path, "-f", "markdown")
            #expect(end.status == 0)
            let names = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
            #expect(names.count == 2)
            #expect(names[0].hasPrefix("etc-passwd-") && names[1].hasPrefix("你好-"))
            #expect(try permissions(path + names[0]) == 0o600)
        }
    }

    @Test func whatIsLeftOutIsSaid() async throws {
        try await Workplace.with { place in
            _ = try await place.parley("ask", "one")
            let pairs = ["sessions", "export", "--all", "-f", "dpo", "-o", "pairs.jsonl"]
            let told = try await place.run(pairs + ["--json"])
            #expect(told.json["left_out"] == ["conversations": 1, "items": 0] && told.json["conversations"] == 0)
            let said = try await place.run(pairs + ["--force"])
            #expect(said.output.hasPrefix("Wrote 0 conversations") && said.output.contains("1 conversation left out"))
            let piped = try await place.parley("sessions", "export", "last", "-f", "dpo")
            #expect(piped.output.isEmpty && piped.errors.contains("1 conversation left out"))
            let turns = ["sessions", "export", "--all", "-f", "sharegpt", "-o", "all.json", "--json"]
            let all = try await place.run(turns)
            #expect(all.json["left_out"] == ["conversations": 0, "items": 0] && all.json["conversations"] == 1)
            #expect(try await place.parley("sessions", "export", "--all", "-f", "dpo", "-o", "out/").status == 0)
            let folder = place.folder.path + "/out"
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
        }
    }

    @Test func aFileIsNeverReplacedByAChatOrAPrune() async throws {
        try await Workplace.with { place in
            _ = try await place.parley("ask", "one")
            let path = place.folder.path + "/kept.md"
            try Data("keep".utf8).write(to: URL(fileURLWithPath: path))
            let chat = try await place.parley("chat", "-c", input: "/export kept.md\n")
            #expect(chat.errors.contains("exists already") && !chat.errors.contains("--force"))
            let prune = try await place.parley("sessions", "prune", "--model", "echo-1", "--yes", "--export", path)
            #expect(prune.status == 1 && prune.errors.contains("exists already") && !prune.errors.contains("--force"))
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "keep")
            #expect(try await place.parley("chat", "-c", input: "/export new.md\n").status == 0)
            #expect(try permissions(place.folder.path + "/new.md") == 0o600)
        }
    }

    @Test func whatIsMeantMustBeSaid() async throws {
        try await Workplace.with { place in
            for wrong in [[], ["last", "--all"], ["--all", "-f", "exe"], ["--all", "--json"]] {
                let end = try await place.run(["sessions", "export"] + wrong)
                #expect(end.status == 64, "\(wrong)")
            }
        }
    }

    @Test func aLinkIsNeverWrittenThrough() async throws {
        try await Workplace.with { place in
            _ = try await place.parley("ask", "one")
            let target = place.folder.path + "/target"
            let link = place.folder.path + "/link.md"
            try Data("keep".utf8).write(to: URL(fileURLWithPath: target))
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
            for force in [[], ["--force"]] {
                #expect(try await place.run(["sessions", "export", "last", "-o", link] + force).status != 0)
            }
            #expect(try String(contentsOfFile: target, encoding: .utf8) == "keep")
        }
    }
}
