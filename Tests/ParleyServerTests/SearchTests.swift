import Parley
import ParleyServer
import ParleyStore
import ScriptedUpstream
import Testing

/// `GET /v1/search`, over the wire.
@Suite(.timeLimit(.minutes(1)))
struct SearchTests {
    @Test func whatWasJustSaidIsFound() async throws {
        try await ChatServer.with { chat in
            let conversation = try await chat.chat("今天的天气怎么样 weather").conversation ?? ""
            for query in ["%E5%A4%A9%E6%B0%94", "weather", "%E6%B0%94", "role:user+weather"] {
                let list = try await chat.server.send("GET", "/v1/search?q=\(query)").json
                #expect(list["object"] == "list" && list["has_more"] == false && list["index_lag"] == 0)
                let hit = try #require(list["data"]?.array?.last)
                #expect(hit["conversation_id"] == .string(conversation))
                #expect(hit["item_id"]?.string?.hasPrefix("msg_") == true && hit["item_id"] == hit["id"])
                #expect(hit["snippet"]?.string?.contains("天气") == true)
                #expect(hit["highlights"]?.array?.isEmpty == false)
                #expect(hit["archived"] == false && hit["side_branch"] == false)
            }
            let hit = try await chat.server.send("GET", "/v1/search?q=%E5%A4%A9%E6%B0%94").json["data"]?.array?.last
            #expect(hit?["highlights"] == [[3, 5]] && hit?["role"] == "user")
        }
    }

    @Test(
        arguments: [
            ("", 400, "invalid_request_error missing_required_parameter q"),
            ("?q=", 400, "invalid_request_error missing_required_parameter q"),
            ("?q=x&sort=oldest", 400, "invalid_request_error invalid_value sort"),
            ("?q=x&limit=101", 400, "invalid_request_error integer_above_max_value limit"),
            ("?q=x&colour=red", 400, "invalid_request_error invalid_value colour"),
            ("?q=x&after=nothing", 400, "invalid_request_error invalid_value after"),
            ("?q=\(String(repeating: "x", count: 513))", 400, "invalid_request_error string_above_max_length q"),
            ("?q=\(String(repeating: "x+", count: 17))", 400, "invalid_request_error invalid_value q"),
            ("?q=in:conv_\(String(repeating: "0", count: 48))", 404, "invalid_request_error null null"),
        ] as [(String, Int, String)]
    )
    func whatIsWrongIsSaid(_ query: String, _ status: Int, _ error: String) async throws {
        try await TestServer.with { server in
            let answer = try await server.send("GET", "/v1/search\(query)")
            #expect(answer.status == status && answer.error == error, "\(answer.text)")
        }
    }

    @Test(
        arguments: [
            "%22", "NEAR(", "x:", "a%5E", "a%00b", "*", "(((", "AND", "%7Ba%7D", "-", "%5C", "'%3B--", "%FF%FE", "%25",
        ]
    )
    func noTextIsAnError(_ query: String) async throws {
        try await TestServer.with { server in
            let answer = try await server.send("GET", "/v1/search?q=\(query)")
            #expect(answer.status == 200, "\(answer.text)")
        }
    }

    @Test func theDatabaseTellsOfItsIndexAndBuildsItAgain() async throws {
        try await TestServer.with { server in
            _ = try await server.send("POST", "/v1/conversations", [:], #"{"items":[{"role":"user","content":"red"}]}"#)
            let before = try await server.command("GET", "/admin/database").json["search"]
            #expect(before?["lag"] == 1 && before?["version"] == 2 && before?["rebuilding"] == false)
            try await server.store.indexAll()
            #expect(try await server.command("GET", "/admin/database").json["search"]?["lag"] == 0)
            let begun = try await server.command("POST", "/admin/database/reindex")
            #expect(begun.status == 202 && begun.json["rebuilding"] == true)
            try await server.store.indexAll()
            #expect(try await server.send("GET", "/v1/search?q=red").json["data"]?.array?.count == 1)
        }
    }

    @Test func recallBringsBackWhatIsAskedAbout() async throws {
        try await ChatServer.with { chat in
            let more = #","context":{"policy":"recall","budget":220}"#
            let conversation = try await chat.chat("My cat is called Schrödinger", in: nil, more).conversation ?? ""
            for number in 0..<20 {
                let filler = "filler number \(number) about nothing in particular at all"
                _ = try await chat.chat(filler, in: conversation, more)
            }
            try await chat.server.store.indexAll()
            _ = try await chat.chat("What is the name of my CAT", in: conversation, more)
            let sent = chat.lastUserMessages
            #expect(sent.first == "My cat is called Schrödinger" && sent.last == "What is the name of my CAT")
            #expect(sent.count < 20)
            let body = #"{"input":"schrodinger","context":{"policy":"recall","budget":220}}"#
            let report = try await chat.server.send("POST", "/v1/conversations/\(conversation)/context", [:], body).json
            let recalled = report["items"]?.array?.filter { $0["fate"] == "recalled" } ?? []
            #expect(recalled.first?["text"] == "My cat is called Schrödinger")
            #expect(recalled.allSatisfy { $0["rule"] == "search_hit" } && report["policy"] == "recall")
        }
    }
}

extension ChatServer {
    /// The user messages among those that the upstream got last.
    fileprivate var lastUserMessages: [String] {
        let requests = upstream.received.filter { $0.path.hasSuffix("/completions") }
        let messages = requests.last?.json["messages"]?.array ?? []
        return messages.filter { $0["role"] == "user" }.map { $0["content"]?.string ?? "" }
    }
}
