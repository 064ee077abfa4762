import Parley
import ParleyServer
import ParleyStore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct TurnRouteTests {
    /// Stores a turn as if a model had answered, and returns its id.
    private func turn(_ server: TestServer, in id: String, says answer: String) async throws -> Turn.ID {
        let owner = try server.store.user(named: User.localName).id
        let head = try server.store.head(of: try #require(Conversation.ID(id)), of: owner)
        let acceptance = TurnAcceptance(
            id: .random(),
            owner: owner,
            key: nil,
            face: .chat,
            target: .conversation(head),
            input: [ItemDraft(ItemContent(role: .user, text: "Ask"))],
            instructions: [],
            stored: true,
            metadata: [:],
            route: ModelRoute(upstream: "test", model: "small"),
            endUser: nil,
            idempotency: nil,
            fingerprint: nil,
            isRetry: false,
            reservedTokens: 0,
            newCut: nil,
            adoptsInstructions: false
        )
        guard case .accepted(let turn) = try await server.store.accept(acceptance) else {
            throw TestServer.NotListening()
        }
        _ = try await server.store.settle(
            TurnSettlement(
                turn: turn,
                status: .completed,
                reason: nil,
                outputs: [ItemDraft(ItemContent(role: .assistant, text: answer))],
                movesTip: true,
                model: nil,
                finish: .stop,
                usage: Usage(inputTokens: 3, outputTokens: 2, cachedTokens: 1),
                cost: nil,
                choices: nil
            )
        )
        return turn.id
    }

    @Test func turnsAreListedNewestFirstAndShownAlone() async throws {
        try await TestServer.with { server in
            let id = try await server.conversation()
            let first = try await turn(server, in: id, says: "One")
            let second = try await turn(server, in: id, says: "Two")
            let list = try await server.send("GET", "/v1/conversations/\(id)/turns").json["data"]?.array ?? []
            #expect(list.map { $0["id"] } == [second, first].map { .string("chatcmpl-" + $0.digits) })
            let shown = try await server.send("GET", "/v1/turns/resp_\(second.digits)").json
            #expect(shown == list.first)
            #expect(shown["object"] == "turn" && shown["status"] == "completed" && shown["face"] == "chat")
            #expect(shown["conversation"] == .string(id))
            #expect(shown["usage"]?["total_tokens"] == 5)
            #expect(shown["usage"]?["input_tokens_details"]?["cached_tokens"] == 1)
            #expect(shown["input"]?.array?.first?["role"] == "user")
            #expect(shown["output"]?.array?.first?["content"]?.array?.first?["text"] == "Two")
            let page = try await server.send("GET", "/v1/conversations/\(id)/turns?limit=1").json
            #expect(page["data"]?.array?.map { $0["id"] } == [list.first?["id"]] && page["has_more"] == true)
            let path = "/v1/conversations/\(id)/turns?limit=1&after=chatcmpl-\(second.digits)"
            let rest = try await server.send("GET", path).json
            #expect(rest["data"]?.array?.map { $0["id"] } == [list.last?["id"]] && rest["has_more"] == false)
            let wrong = "/v1/conversations/\(id)/turns?after=chatcmpl-\(String(repeating: "0", count: 48))"
            #expect(try await server.send("GET", wrong).error == "invalid_request_error invalid_value after")
        }
    }

    @Test func anEndedTurnIsCancelledWithoutEffect() async throws {
        try await TestServer.with { server in
            let id = try await turn(server, in: try await server.conversation(), says: "One")
            for body in ["", #"{"keep":true}"#] {
                let answer = try await server.send("POST", "/v1/turns/chatcmpl-\(id.digits)/cancel", [:], body)
                #expect(answer.json["status"] == "completed")
            }
            let wrong = try await server.send("POST", "/v1/turns/chatcmpl-\(id.digits)/cancel", [:], #"{"keep":1}"#)
            #expect(wrong.error == "invalid_request_error invalid_type keep")
            let other = try await server.key(of: "other")
            #expect(try await server.send("GET", "/v1/turns/chatcmpl-\(id.digits)", other).status == 404)
            #expect(try await server.send("POST", "/v1/turns/chatcmpl-\(id.digits)/cancel", other).status == 404)
        }
    }

    @Test func aContextIsExplainedWithoutCallingAnyone() async throws {
        try await TestServer.with { server in
            let id = try await server.conversation(#"{"context":{"policy":"turns:1"}}"#)
            for _ in 0..<3 { _ = try await turn(server, in: id, says: String(repeating: "x ", count: 100)) }
            let path = "/v1/conversations/\(id)/context"
            let report = try await server.send("GET", path).json
            #expect(report["object"] == "context" && report["policy"] == "turns:1" && report["model"] == "small")
            #expect(report["kept"]?.int.map { $0 + (report["dropped"]?.int ?? 0) } == 6)
            #expect(report["dropped"]?.int ?? 0 > 0)
            let items = report["items"]?.array ?? []
            #expect(items.last?["fate"] == "kept" && items.last?["role"] == "assistant")
            #expect(items.last?["text"]?.string?.count == 80)
            let asked = try await server.send(
                "POST",
                path,
                [:],
                #"{"input":"Next?","model":"other","context":{"policy":"all","budget":5000}}"#
            ).json
            #expect(asked["policy"] == "all" && asked["model"] == "other" && asked["dropped"] == 0)
            #expect(asked["budget"]?["tokens"] == 5000 && asked["budget"]?["source"] == "request")
            let small = try await server.send(
                "POST",
                path,
                [:],
                #"{"input":"Next question, please","context":{"budget":1}}"#
            )
            #expect(small.error.contains("context_length_exceeded"))
            #expect(try await server.send("POST", path, [:], #"{"input":7}"#).error.contains("invalid_type input"))
        }
    }

    @Test func modelsAreListedAndFoundByNamesWithSlashes() async throws {
        try await TestServer.with { server in
            let list = try await server.send("GET", "/v1/models").json
            #expect(list["object"] == "list")
            let large: JSON = ["id": "vendor/large", "object": "model", "created": 7, "owned_by": "somebody"]
            #expect(list["data"]?.array?.last == large)
            for path in ["vendor/large", "vendor%2Flarge"] {
                #expect(try await server.send("GET", "/v1/models/\(path)").json == large)
            }
            let unknown = try await server.send("GET", "/v1/models/nothing")
            #expect(unknown.status == 404)
            #expect(unknown.error == "invalid_request_error model_not_found model")
            let engine: JSON = ["id": "small", "object": "engine", "owner": "somebody", "ready": true]
            #expect(try await server.send("GET", "/v1/engines").json["data"]?.array?.first == engine)
            #expect(try await server.send("GET", "/v1/engines/small").json == engine)
        }
    }
}
