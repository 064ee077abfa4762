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
