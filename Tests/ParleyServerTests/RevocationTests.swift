import Parley
import ParleyServer
import ParleyStore
import ScriptedUpstream
import Testing

/// Who may not go on is cut off where something runs.
@Suite(.timeLimit(.minutes(2)))
struct RevocationTests {
    private static func handle(_ key: [String: String]) -> String {
        String(key["Authorization"]?.dropFirst("Bearer prl_".count).prefix(10) ?? "")
    }

    /// Begins a stream that would go on for ever, and ends it from outside.
    private static func cut(
        _ body: String,
        _ end: @escaping @Sendable (ChatServer, [String: String]) async throws -> Void
    ) async throws {
        try await ChatServer.with { chat in
            let key = try await chat.server.key(of: "anna")
            // A server whose last key ends asks for none.
            _ = try await chat.server.key(of: "berta")
            async let answer = chat.server.send("POST", "/v1/chat/completions", key, body)
            await chat.upstream.until { $0.requests == 2 && $0.open == 1 }
            try await end(chat, key)
            // The upstream still waits for its gate: nothing but the cut can end the answer.
            let text = try await answer.text
            #expect(text.contains("error") && !text.contains("[DONE]"), "\(text)")
            #expect(try await chat.chat("again", headers: key).status == 401)
        }
    }

    private static let streamed = #"{"stream":true,"messages":[{"role":"user","content":"!slow one two three"}]}"#
    private static let unrecorded =
        #"{"stream":true,"store":false,"messages":[{"role":"user","content":"!slow one two three"}]}"#
    private static let whole = #"{"messages":[{"role":"user","content":"!delay one"}]}"#

    @Test(arguments: [streamed, unrecorded, whole])
    func revokingAKeyEndsWhatRunsUnderIt(_ body: String) async throws {
        try await Self.cut(body) { chat, key in
            let answer = try await chat.server.command("DELETE", "/admin/keys/\(Self.handle(key))")
            #expect(answer.status == 200)
        }
    }

    @Test func disablingAUserEndsWhatRunsForIt() async throws {
        try await Self.cut(Self.streamed) { chat, _ in
            let answer = try await chat.server.command("POST", "/admin/users/anna", [:], #"{"disabled":true}"#)
            #expect(answer.status == 200)
        }
    }

    @Test func rotatingWithoutAnOverlapEndsWhatRunsUnderTheOldKey() async throws {
        try await Self.cut(Self.streamed) { chat, key in
            let made = try await chat.server.command("POST", "/admin/keys/\(Self.handle(key))/rotate").json
            let next = ["Authorization": "Bearer \(made["key"]?.string ?? "")"]
            #expect(try await chat.chat("new", headers: next).status == 200)
        }
    }

    @Test func watchingEndsWithTheKeyThatWatches() async throws {
        try await ChatServer.with { chat in
            let anna = try await chat.server.key(of: "anna")
            let body = #"{"background":true,"input":"!delay one two three"}"#
            let id = try await chat.server.send("POST", "/v1/responses", anna, body).json["id"]?.string ?? ""
            let owner = try chat.server.store.user(named: "anna").id
            let second = try await chat.server.store.createKey(for: owner, label: "").secret
            let watching = ["Authorization": "Bearer \(second.revealed)"]
            try await chat.server.connect { connection in
                try await connection.request("GET", "/v1/responses/\(id)?stream=true", watching)
                _ = try await connection.head()
                _ = try await chat.server.command("DELETE", "/admin/keys/\(Self.handle(watching))")
                #expect(await connection.isClosed())
            }
            #expect(try await chat.server.send("GET", "/v1/responses/\(id)", anna).json["status"] == "in_progress")
            chat.upstream.gate.open()
        }
    }

    @Test func aKeyThatEndsWhileATurnWaitsEndsTheTurn() async throws {
        try await ChatServer.with { chat in
            let key = try await chat.server.key(of: "anna")
            let id = try await chat.server.send("POST", "/v1/conversations", key, "{}").json["id"]?.string ?? ""
            let owner = try chat.server.store.user(named: "anna").id
            let second = try await chat.server.store.createKey(for: owner, label: "").secret
            let other = ["Authorization": "Bearer \(second.revealed)"]
            async let first = chat.chat("!delay a", in: id, headers: key)
            await chat.upstream.until { $0.requests == 2 && $0.open == 1 }
            async let waiting = chat.chat("b", in: id, headers: other)
            let conversation = try #require(Conversation.ID(id))
            while chat.server.lanes.waiting(for: conversation) == 0 { await Task.yield() }
            _ = try await chat.server.command("DELETE", "/admin/keys/\(Self.handle(other))")
            chat.upstream.gate.open()
            #expect(try await first.status == 200)
            #expect(try await waiting.status == 401)
            #expect(chat.upstream.received.count { $0.path.hasSuffix("/completions") } == 1)
        }
    }

    @Test func anotherKeysStreamGoesOn() async throws {
        try await ChatServer.with { chat in
            let (anna, berta) = (try await chat.server.key(of: "anna"), try await chat.server.key(of: "berta"))
            async let answer = chat.server.send("POST", "/v1/chat/completions", anna, Self.streamed)
            await chat.upstream.until { $0.requests == 2 && $0.open == 1 }
            #expect(try await chat.server.command("DELETE", "/admin/keys/\(Self.handle(berta))").status == 200)
            chat.upstream.gate.open()
            #expect(try await answer.events.last == "[DONE]")
        }
    }

    @Test func aKeyThatExpiresEndsWhatRunsUnderIt() async throws {
        try await ChatServer.with { chat in
            let owner = try chat.server.store.user(named: User.localName).id
            let end = Timestamp.now.adding(.seconds(2))
            let secret = try await chat.server.store.createKey(NewKey(owner: owner, expiresAt: end), by: .server).secret
            let key = ["Authorization": "Bearer \(secret.revealed)"]
            async let answer = chat.server.send("POST", "/v1/chat/completions", key, Self.streamed)
            let upkeep = Task { await chat.server.turns.keepCheckpoints(every: .milliseconds(100)) }
            let text = try await answer.text
            upkeep.cancel()
            #expect(text.contains("error") && !text.contains("[DONE]"), "\(text)")
            #expect(try await chat.chat("again", headers: key).status == 401)
        }
    }
}
