import Foundation
import Parley
import ScriptedUpstream
import Testing

/// `parley sessions search` and `parley database reindex`.
@Suite(.timeLimit(.minutes(2))) struct SearchCommandTests {
    @Test func whatWasSaidIsFoundFromTheShell() async throws {
        try await Workplace.with { place in
            _ = try await place.parley("ask", "今天的天气怎么样 weather")
            let list = try await place.parley("sessions", "search", "天气", "role:user", "--json").json
            let hit = list["data"]?.array?.first
            #expect(hit?["snippet"] == "今天的天气怎么样 weather" && list["object"] == "list")
            #expect(hit?["conversation_id"]?.string?.hasPrefix("conv_") == true)
            #expect(hit?["item_id"]?.string?.hasPrefix("msg_") == true)
            let shown = try await place.parley("sessions", "search", "weather role:user")
            #expect(shown.status == 0 && shown.output.contains("\n  今天的天气怎么样 weather\n"))
            #expect(!shown.output.contains("\u{1B}"))
            #expect(try await place.parley("sessions", "search", "nothing").output == "Nothing was found.\n")
            #expect(try await place.run(["sessions", "search", "x", "--sort", "best"]).status == 64)
            #expect(try await place.run(["sessions", "search", String(repeating: "x", count: 600)]).status == 65)
        }
    }

    @Test func aWordIsLeftOutAndAConversationNamedShortly() async throws {
        try await Workplace.with { place in
            _ = try await place.parley("ask", "red apple")
            _ = try await place.parley("ask", "red pear")
            let found = try await place.parley("sessions", "search", "red", "-pear", "role:user", "--json").json
            #expect(found["data"]?.array?.map { $0["snippet"] } == ["red apple"])
            let id = found["data"]?.array?.first?["conversation_id"]?.string ?? ""
            let short = "in:" + id.dropFirst(5).prefix(8)
            let inside = try await place.parley("sessions", "search", "red", short, "role:user", "--json").json
            #expect(inside["data"]?.array?.map { $0["snippet"] } == ["red apple"])
            let last = try await place.parley("sessions", "search", "in:last", "red", "role:user", "--json").json
            #expect(last["data"]?.array?.map { $0["snippet"] } == ["red pear"])
            #expect(try await place.parley("sessions", "search", "red", "--limitt", "3").status == 64)
        }
    }

    @Test func aTitleLeadsToTheBeginning() async throws {
        try await Workplace.with { place in
            _ = try await place.parley("ask", "red")
            _ = try await place.parley("sessions", "rename", "last", "Colours")
            let hit = try await place.parley("sessions", "search", "colours", "--json").json["data"]?.array?.first
            #expect(hit?["match"] == "title" && hit?["item_id"]?.string?.hasPrefix("msg_") == true)
        }
    }

    @Test func theModelOfAnImportIsFound() async throws {
        try await Workplace.with { place in
            let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .appendingPathComponent("../ParleyInterchangeTests/Fixtures/chatgpt/tree.json")
            _ = try await place.parley("sessions", "import", fixtures.path)
            let found = try await place.parley("sessions", "search", "role:assistant", "model:gpt-4o", "--json").json
            #expect(found["data"]?.array?.first?["model"] == "gpt-4o")
            #expect(try await place.parley("sessions", "list", "-m", "gpt-4o", "--json").json.array?.count == 1)
        }
    }

    @Test func theIndexIsBuiltAgainAndWaitedFor() async throws {
        try await Workplace.with { place in
            _ = try await place.parley("ask", "red")
            let status = try await place.parley("database", "reindex", "--json").json
            #expect(status["lag"] == 0 && status["rebuilding"] == false)
            let database = try await place.parley("database", "status")
            #expect(database.output.contains("search lag"))
            #expect(try await place.parley("sessions", "search", "red", "--json").json["data"]?.array?.count == 2)
        }
    }

    @Test func hostileTextReachesNoTerminal() async throws {
        try await Workplace.with { place in
            _ = try await place.parley("ask", "red \u{1B}]52;c;x\u{7} \u{202E}b")
            let shown = try await place.parley("sessions", "search", "red")
            #expect(shown.output.contains("red ␛]52;c;x␇ \\u{202E}b"))
            #expect(!shown.output.contains("\u{1B}") && !shown.output.contains("\u{202E}"))
        }
    }
}
