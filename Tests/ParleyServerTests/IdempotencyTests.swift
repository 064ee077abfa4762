import Parley
import ParleyServer
import ParleyStore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct IdempotencyTests {
    private static let key = ["Idempotency-Key": "k1"]

    @Test func theSameRequestIsCarriedOutOnce() async throws {
        try await TestServer.with { server in
            let first = try await server.send("POST", "/v1/conversations", Self.key, #"{"title":"a"}"#)
            let again = try await server.send("POST", "/v1/conversations", Self.key, #"{"title":"a"}"#)
            #expect(again.status == 200)
            #expect(again.json == first.json)
            #expect(try await server.send("GET", "/v1/conversations").json["data"]?.array?.count == 1)
        }
    }

    @Test(arguments: ["", String(repeating: "k", count: 256)])
    func aKeyThatIsNoneIsRefusedEverywhere(_ key: String) async throws {
        try await TestServer.with { server in
            let said = #"{"messages":[{"role":"user","content":"a"}],"input":"a"}"#
            for path in ["conversations", "chat/completions", "completions", "responses"] {
                let answer = try await server.send("POST", "/v1/\(path)", ["Idempotency-Key": key], said)
                #expect(answer.error == "invalid_request_error string_above_max_length Idempotency-Key", "\(path)")
            }
        }
    }

    @Test func anotherRequestUnderTheKeyIsRefused() async throws {
        try await TestServer.with { server in
            let id = try await server.conversation()
            _ = try await server.send("POST", "/v1/conversations", Self.key, #"{"title":"a"}"#)
            for (path, body) in [
                ("/v1/conversations", #"{"title":"b"}"#), ("/v1/conversations/\(id)", #"{"title":"a"}"#),
            ] {
                let answer = try await server.send("POST", path, Self.key, body)
                #expect(answer.status == 400)
                #expect(answer.error == "invalid_request_error idempotency_key_reused Idempotency-Key")
            }
        }
    }

    @Test func requestsAtTheSameTimeAreCarriedOutOnce() async throws {
        try await TestServer.with { server in
            let id = try await server.conversation()
            let path = "/v1/conversations/\(id)/items"
            try await withThrowingTaskGroup(of: JSON.self) { group in
                for _ in 0..<16 {
                    group.addTask {
                        try await server.send(
                            "POST",
                            path,
                            Self.key,
                            #"{"items":[{"role":"user","content":"x"}]}"#
                        ).json
                    }
                }
                var answers: Set<JSON> = []
                for try await answer in group { answers.insert(answer) }
                #expect(answers.count == 1)
            }
            #expect(try await server.send("GET", path).json["data"]?.array?.count == 1)
        }
    }

    @Test func whatFailedMayBeTriedAgainAndUsersAreApart() async throws {
        try await TestServer.with { server in
            #expect(try await server.send("POST", "/v1/conversations", Self.key, #"{"title":1}"#).status == 400)
            let first = try await server.send("POST", "/v1/conversations", Self.key, #"{"title":"a"}"#)
            #expect(first.status == 200)
            let other = try await server.key(of: "other").merging(Self.key) { $1 }
            let theirs = try await server.send("POST", "/v1/conversations", other, #"{"title":"a"}"#)
            #expect(theirs.json["id"] != first.json["id"])
        }
    }

    @Test func aRepeatedKeyCreationMakesNoSecondKeyAndKeepsNoSecret() async throws {
        try await TestServer.with { server in
            _ = try await server.store.addUser("ann", role: .user)
            let first = try await server.command("POST", "/admin/keys", Self.key, #"{"user":"ann"}"#).json
            let again = try await server.command("POST", "/admin/keys", Self.key, #"{"user":"ann"}"#).json
            #expect(first["key"]?.string?.hasPrefix("prl_") == true)
            #expect(again["handle"] == first["handle"])
            #expect(again["key"] == nil)
        }
    }
}
