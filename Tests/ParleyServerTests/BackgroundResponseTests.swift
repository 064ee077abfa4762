import Parley
import ParleyServer
import ScriptedUpstream
import Testing

/// Responses that run without their client: polled, watched, watched again, stopped.
@Suite(.timeLimit(.minutes(2)))
struct BackgroundResponseTests {
    @Test func itIsQueuedAndCompletesOnItsOwn() async throws {
        try await ChatServer.with { chat in
            let queued = try await chat.respond(#""input":"a","background":true"#)
            #expect(queued.json["status"] == "queued")
            let done = try await chat.ended(queued.json["id"]?.string ?? "")
            #expect(done["status"] == "completed")
            #expect(done["output"]?.array?.first?["content"]?.array?.first?["text"] == "echo(1): a")
        }
    }

    @Test func whoeverWatchesAgainSeesTheSame() async throws {
        try await ChatServer.with { chat in
            let live = try await chat.respond(#""input":"one two three four","background":true,"stream":true"#)
            let id = live.responseEvents.first?["response"]?["id"]?.string ?? ""
            let path = "/v1/responses/\(id)?stream=true"
            let again = try await chat.server.send("GET", path)
            #expect(again.responseEvents.map(\.text) == live.responseEvents.map(\.text))
            let rest = try await chat.server.send("GET", path + "&starting_after=4")
            #expect(rest.responseEvents.map(\.text) == live.responseEvents.dropFirst(5).map(\.text))
            #expect(
                live.responseEvents.compactMap { $0["type"]?.string }.prefix(3) == [
                    "response.created", "response.queued", "response.in_progress",
                ]
            )
        }
    }

    @Test func itIsStoppedOnceAndStaysStopped() async throws {
        try await ChatServer.with { chat in
            let id = try await chat.respond(#""input":"!delay","background":true"#).json["id"]?.string ?? ""
            let stopped = try await chat.server.send("POST", "/v1/responses/\(id)/cancel")
            #expect(stopped.json["status"] == "cancelled")
            let again = try await chat.server.send("POST", "/v1/responses/\(id)/cancel")
            #expect(again.json["status"] == "cancelled" && again.status == 200)
            chat.upstream.gate.open()
        }
    }

    @Test func onlyTheBackgroundIsStoppedOrWatched() async throws {
        try await ChatServer.with { chat in
            let id = try await chat.respond(#""input":"a""#).json["id"]?.string ?? ""
            #expect(try await chat.server.send("POST", "/v1/responses/\(id)/cancel").status == 400)
            #expect(try await chat.server.send("GET", "/v1/responses/\(id)?stream=true").status == 400)
        }
    }

    @Test func theSameKeyJoinsTheSameRun() async throws {
        try await ChatServer.with { chat in
            let headers = ["Idempotency-Key": "k"]
            let first = try await chat.respond(#""input":"a","background":true"#, headers: headers)
            let second = try await chat.respond(#""input":"a","background":true"#, headers: headers)
            #expect(first.json["id"] == second.json["id"])
            _ = try await chat.ended(first.json["id"]?.string ?? "")
            #expect(chat.upstream.received.count { $0.path.hasSuffix("/completions") } == 1)
        }
    }
}

extension ChatServer {
    /// The response once it has ended.
    func ended(_ id: String) async throws -> JSON {
        while true {
            let json = try await server.send("GET", "/v1/responses/\(id)").json
            if json["status"] != "queued", json["status"] != "in_progress" { return json }
            await Task.yield()
        }
    }
}

extension RawAnswer {
    /// The data of the named events of a stream.
    var responseEvents: [JSON] {
        text.split(separator: "\n\n").compactMap { event in
            event.split(separator: "\n").last.flatMap { try? JSON(parsing: Array($0.dropFirst(6).utf8)) }
        }
    }
}
