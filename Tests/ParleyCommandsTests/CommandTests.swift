import Foundation
import Parley
import ScriptedUpstream
import Testing

/// The program itself, against a real upstream.
@Suite(.timeLimit(.minutes(2))) struct CommandTests {
    @Test(arguments: [["doctor"], ["ask", "x"], ["serve", "--port", "0"], ["settings"]])
    func anUnknownNameInTheFileStopsEveryCommand(command: [String]) async throws {
        try await Workplace.with { place in
            try Data("modle: x".utf8).write(to: place.folder.appendingPathComponent("parley.yaml"))
            let end = try await place.run(command)
            #expect(end.status == (command == ["doctor"] ? 1 : 78))
            #expect(
                (end.output + end.errors).contains("parley.yaml: there is no setting 'modle'. The nearest is 'model'")
            )
        }
    }

    @Test func askPrintsOnlyTheAnswerAndGoesOn() async throws {
        try await Workplace.with { place in
            let first = try await place.parley("ask", "Hello 你好")
            #expect(first.status == 0)
            #expect(first.output == "echo(1): Hello 你好\n")
            #expect(first.errors.isEmpty)
            let second = try await place.parley("ask", "-c", "more")
            #expect(second.output == "echo(3): more\n")
            let third = try await place.parley("ask", input: "piped\n")
            #expect(third.output.hasPrefix("echo(1): piped"))
        }
    }

    @Test func sessionsListIsAnArray() async throws {
        try await Workplace.with { place in
            #expect(try await place.parley("sessions", "list", "--json").json == [])
            _ = try await place.parley("ask", "Hello")
            let list = try await place.parley("sessions", "list", "--json").json.array ?? []
            #expect(list.count == 1)
            #expect(list.first?["title"]?.string == "Hello")
            #expect(list.first?["item_count"]?.int == 2)
            #expect(list.first?["id"]?.string?.hasPrefix("conv_") == true)
            #expect(list.first?["updated_at"]?.int != nil)
        }
    }

    @Test func sessionsAreShownRenamedAndDeleted() async throws {
        try await Workplace.with { place in
            _ = try await place.parley("ask", "Hello")
            let shown = try await place.parley("sessions", "show", "last")
            #expect(shown.output.contains("user\nHello\n\nassistant\necho(1): Hello\n"))
            let context = try await place.parley("sessions", "context", "last", "--json").json
            #expect(context["items"]?.array?.map { $0["fate"]?.string } == ["kept", "kept"])
            let renamed = try await place.parley("sessions", "rename", "last", "新的", "--json").json
            #expect(renamed["title"]?.string == "新的")
            let digits = renamed["id"]?.string?.dropFirst(5).prefix(8) ?? ""
            #expect(try await place.parley("sessions", "delete", String(digits)).status == 0)
            #expect(try await place.parley("sessions", "list", "--json").json == [])
        }
    }

    @Test func keysAreMadeOnceAndEnd() async throws {
        try await Workplace.with { place in
            #expect(try await place.parley("users", "add", "ada").status == 0)
            let key = try await place.parley("keys", "create", "--user", "ada", "--json").json
            #expect(key["key"]?.string?.hasPrefix("prl_") == true)
            let handle = key["handle"]?.string ?? ""
            let list = try await place.parley("keys", "list", "--json")
            #expect(list.json.array?.first?["handle"]?.string == handle)
            #expect(!list.output.contains(key["key"]?.string ?? "-"))
            #expect(try await place.parley("keys", "revoke", handle).status == 0)
            #expect(try await place.parley("keys", "revoke", "nothing").status == 1)
        }
    }

    @Test func aKeyOpensAServerFromOutside() async throws {
        try await Workplace.with { place in
            _ = try await place.parley("users", "add", "ada")
            let key = try await place.parley("keys", "create", "--user", "ada", "--json").json["key"]?.string ?? ""
            let (server, url) = try await place.serve()
            let settings = ["PARLEY_URL": url + "/v1", "PARLEY_KEY": key]
            #expect(try await place.parley("ask", "far", settings: settings).output == "echo(1): far\n")
            #expect(try await place.parley("ask", "far", settings: ["PARLEY_URL": url]).status == 77)
            #expect(try await place.parley("doctor", "--json", settings: settings).json["ok"]?.bool == true)
            server.signal(SIGTERM)
            #expect(await server.end().status == 0)
        }
    }

    @Test func tokensAreCounted() async throws {
        try await Workplace.with { place in
            #expect(try await place.parley("tokens", "hello world").output == "2\n")
            let lines = "{\"text\":\"hello world\"}\n{\"text\":\"<|endoftext|>\"}\n"
            let counted = try await place.parley("tokens", "--vocabulary", "cl100k_base", "--json-lines", input: lines)
            let objects = try counted.output.split(separator: "\n").map { try JSON(parsing: String($0)) }
            #expect(objects.first == ["count": 2, "ids": [15339, 1917]])
            #expect(objects.count == 2)
            #expect(objects.allSatisfy { $0["count"]?.int == $0["ids"]?.array?.count })
            #expect(try await place.parley("tokens", "--json-lines", input: "nonsense\n").status == 65)
        }
    }

    @Test(
        arguments: [
            (["ask", " "], 65), (["sessions", "show", "conv_nothing"], 1), (["sessions", "list", "--limit", "0"], 64),
            (["nonsense"], 64), (["tokens", "--model", "nobody-knows", "x"], 1), (["users", "add", "a/b"], 65),
        ] as [([String], Int32)]
    )
    func nonsenseHasAStatusAndOneLine(arguments: [String], status: Int32) async throws {
        try await Workplace.with { place in
            let end = try await place.run(arguments)
            #expect(end.status == status)
            #expect(end.output.isEmpty)
            #expect(status == 64 || end.errors.split(separator: "\n").count == 1)
        }
    }

    @Test func withoutAnUpstreamItSaysWhatToDo() async throws {
        try await Workplace.with(["OPENAI_BASE_URL": "http://127.0.0.1:9/v1"]) { place in
            let end = try await place.parley("ask", "Hello")
            #expect(end.status == 69)
            #expect(end.errors.hasPrefix("parley: "))
            #expect(try await place.parley("doctor").status == 1)
        }
    }

    @Test func aForeignDatabaseIsLeftAlone() async throws {
        try await Workplace.with { place in
            let path = place.folder.appendingPathComponent("p.sqlite")
            let bytes = Data("This is a letter, not a database. It is long enough to have a header.".utf8)
            try bytes.write(to: path)
            let end = try await place.parley("sessions", "list")
            #expect(end.status == 78)
            #expect(try Data(contentsOf: path) == bytes)
        }
    }

    @Test func hostileTextReachesNoTerminal() async throws {
        try await Workplace.with { place in
            let end = try await place.parley("ask", "a\u{1B}]52;c;x\u{7}\u{202E}b")
            #expect(end.output == "echo(1): a␛]52;c;x␇\\u{202E}b\n")
            #expect(try await place.parley("sessions", "list").output.contains("a␛]52;c;x␇"))
            #expect(try await place.parley("ask", "--raw", "a\u{1B}b").output == "echo(1): a\u{1B}b\n")
        }
    }
}
