import Foundation
import Parley
import ScriptedUpstream
import Testing

/// Several processes on one database, and processes that die.
@Suite(.timeLimit(.minutes(2))) struct ProcessTests {
    @Test func aServerIsTheOneWayIn() async throws {
        try await Workplace.with { place in
            let (server, _) = try await place.serve()
            #expect(try await place.parley("ask", "one").output == "echo(1): one\n")
            #expect(try await place.parley("ask", "-c", "two").output == "echo(3): two\n")
            let second = try await place.parley("serve", "--port", "0")
            #expect(second.status == 75)
            #expect(second.errors.contains("parley serve"))
            server.signal(SIGTERM)
            #expect(await server.end().status == 0)
        }
    }

    @Test(arguments: [SIGTERM, SIGINT, SIGHUP])
    func aServerThatIsToldToEndFinishesItsAnswers(_ signal: Int32) async throws {
        try await Workplace.with { place in
            let (server, _) = try await place.serve()
            let asking = try place.start("ask", "!slow tell me")
            _ = await asking.output(until: "echo")
            server.signal(signal)
            place.upstream.gate.open()
            #expect(await asking.end().output.contains("tell me"))
            #expect(await server.end().status == 0)
        }
    }

    @Test func commandsAtOnceShareOneDatabase() async throws {
        try await Workplace.with { place in
            let ends = try await withThrowingTaskGroup(of: ParleyProcess.End.self) { tasks in
                for number in 1...6 { tasks.addTask { try await place.parley("ask", "number \(number)") } }
                return try await tasks.reduce(into: []) { $0.append($1) }
            }
            #expect(ends.allSatisfy { $0.status == 0 })
            #expect(Set(ends.map(\.output)) == Set((1...6).map { "echo(1): number \($0)\n" }))
            #expect(try await place.parley("sessions", "list", "--json").json.array?.count == 6)
        }
    }

    @Test func aHolderStaysForTheAnswersOfOthers() async throws {
        try await Workplace.with { place in
            let holder = try place.start("ask", "!slow first")
            _ = await holder.output(until: "echo")
            let other = try place.start("ask", "!slow second")
            _ = await other.output(until: "echo")
            place.upstream.gate.open()
            #expect(await holder.end().status == 0)
            #expect(await other.end().status == 0)
        }
    }

    @Test func aKilledAnswerIsShownAndCanBeRetried() async throws {
        try await Workplace.with { place in
            let victim = try place.start("ask", "!slow tell me everything")
            _ = await victim.output(until: "echo")
            victim.signal(SIGKILL)
            _ = await victim.end()
            place.upstream.gate.open()
            let shown = try await place.parley("chat", "-c")
            #expect(shown.status == 0)
            #expect(shown.output.contains("Not answered"))
            #expect(shown.output.contains("!slow tell me everything"))
            let retried = try await place.parley("chat", "-c", input: "/retry\n")
            #expect(retried.output.contains("echo(1): !slow tell me everything"))
            let list = try await place.parley("sessions", "list", "--json").json.array ?? []
            #expect(list.map { $0["item_count"]?.int } == [2])
        }
    }

    @Test func interruptingKeepsWhatWasSaid() async throws {
        try await Workplace.with { place in
            let asking = try place.start("ask", "!slow please")
            _ = await asking.output(until: "echo")
            asking.signal(SIGINT)
            #expect(await asking.end().status == 130)
            place.upstream.gate.open()
            let shown = try await place.parley("sessions", "show", "last", "--json").json
            #expect(shown["items"]?.array?.last?["role"]?.string == "assistant")
            #expect(try await place.parley("ask", "-c", "next").output == "echo(3): next\n")
        }
    }

    @Test func chatTakesPipedLines() async throws {
        try await Workplace.with { place in
            let chat = try await place.parley(
                "chat",
                input: "one\ntwo \\\nlines\n/undo\n/retry\n/system be brief\nlast\n"
            )
            #expect(chat.status == 0)
            #expect(chat.output.hasPrefix("echo(1): one\necho(3): two \nlines\ntook back: two"))
            #expect(chat.output.hasSuffix("last\n"))
            #expect(try await place.parley("chat", "-c", input: "again\n").output.hasSuffix("again\n"))
            let json = try await place.parley("chat", "--json", input: "x\n").json
            #expect(json["text"]?.string == "echo(1): x")
        }
    }

    @Test func anUpstreamOfOnesOwnIsMissedAloud() async throws {
        try await Workplace.with { place in
            let (server, _) = try await place.serve()
            let own = ["OPENAI_BASE_URL": "http://127.0.0.1:9/v1"]
            let end = try await place.parley("ask", "x", settings: own)
            #expect(end.output == "echo(1): x\n")
            #expect(end.errors.contains("holds the database"))
            server.signal(SIGTERM)
            _ = await server.end()
        }
    }

    @Test func aServerForOthersNeedsAKey() async throws {
        try await Workplace.with { place in
            let end = try await place.parley("serve", "--host", "0.0.0.0", "--port", "0")
            #expect(end.status == 78)
            #expect(end.errors.contains("keys create"))
        }
    }
}
