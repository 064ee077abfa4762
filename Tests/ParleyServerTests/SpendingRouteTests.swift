import Parley
import ParleyServer
import ParleyStore
import ScriptedUpstream
import Testing

/// Limits on whole requests: what is over a budget never reaches the upstream, however many ask at once.
@Suite(.timeLimit(.minutes(2)))
struct SpendingRouteTests {
    /// How a request is kept, or not.
    enum Kind: String, CaseIterable, Sendable {
        case recorded
        case streamed
        case unrecorded
        case unrecordedStream
        case response
        case inBackground

        var path: String {
            switch self {
            case .response, .inBackground: "/v1/responses"
            case .recorded, .streamed, .unrecorded, .unrecordedStream: "/v1/chat/completions"
            }
        }

        func body(_ text: String) -> String {
            let chat = #""max_tokens":10,"messages":[{"role":"user","content":"\#(text)"}]"#
            let response = #""max_output_tokens":10,"input":"\#(text)""#
            return switch self {
            case .recorded: "{\(chat)}"
            case .streamed: #"{\#(chat),"stream":true}"#
            case .unrecorded: #"{\#(chat),"store":false}"#
            case .unrecordedStream: #"{\#(chat),"store":false,"stream":true}"#
            case .response: "{\(response)}"
            case .inBackground: #"{\#(response),"background":true}"#
            }
        }
    }

    /// Sends one, and waits for its end where it runs without us.
    private static func send(
        _ chat: ChatServer,
        _ kind: Kind,
        _ key: [String: String],
        _ text: String
    ) async throws -> RawAnswer {
        let answer = try await chat.server.send("POST", kind.path, key, kind.body(text))
        guard kind == .inBackground, let id = answer.json["id"]?.string else { return answer }
        _ = try await chat.server.send("GET", "/v1/responses/\(id)?stream=true", key)
        return answer
    }

    private static func limit(_ chat: ChatServer, _ name: String, _ limits: String) async throws {
        let answer = try await chat.server.command("POST", "/admin/users/\(name)", [:], #"{"limits":\#(limits)}"#)
        #expect(answer.status == 200, "\(answer.text)")
    }

    private static func spent(_ chat: ChatServer, _ name: String) async throws -> Int {
        let user = try await chat.server.command("GET", "/admin/users/\(name)").json
        return user["spent"]?["day"]?["tokens"]?.int ?? -1
    }

    @Test(arguments: Kind.allCases)
    func sixtyFourAtOnceDoNotPassABudget(_ kind: Kind) async throws {
        try await ChatServer.with { chat in
            let key = try await chat.server.key(of: "anna")
            let budget = 300
            try await Self.limit(chat, "anna", #"{"tokens_per_day":\#(budget)}"#)
            let seen = try await withThrowingTaskGroup(of: (status: Int, spent: Int).self) { tasks in
                for index in 0..<64 {
                    tasks.addTask {
                        let answer = try await Self.send(chat, kind, key, "hello \(index)")
                        return (answer.status, try await Self.spent(chat, "anna"))
                    }
                }
                return try await tasks.reduce(into: []) { $0.append($1) }
            }
            let statuses = seen.map(\.status)
            let most = seen.map(\.spent).max() ?? 0
            let (answered, refused) = (statuses.count { $0 == 200 }, statuses.count { $0 == 429 })
            #expect(answered > 0 && refused > 0 && answered + refused == 64, "\(statuses)")
            #expect(most <= budget)
            #expect(chat.upstream.received.count { $0.path.hasSuffix("/completions") } == answered)
        }
    }

    @Test func aSpentBudgetSaysWhichAndIsNotTriedAgain() async throws {
        try await ChatServer.with { chat in
            let key = try await chat.server.key(of: "anna")
            try await Self.limit(chat, "anna", #"{"cost_per_month":0.5,"tokens_per_month":1}"#)
            let answer = try await chat.chat("a", headers: key)
            #expect(answer.status == 429 && answer.error == "insufficient_quota insufficient_quota null")
            #expect(answer.headers["x-should-retry"] == "false" && answer.headers["retry-after"] == nil)
            #expect(answer.text.contains("1 tokens a month") && answer.text.contains("T00:00:00Z"))
            #expect(chat.upstream.received.allSatisfy { !$0.path.hasSuffix("/completions") })
            try await Self.limit(chat, "anna", #"{"tokens_per_month":null}"#)
            #expect(try await chat.chat("a", headers: key).status == 200)
        }
    }

    @Test func aRateSaysHowLongToWait() async throws {
        try await ChatServer.with { chat in
            let key = try await chat.server.key(of: "anna")
            try await Self.limit(chat, "anna", #"{"requests_per_minute":2}"#)
            for _ in 0..<2 { #expect(try await chat.chat("a", headers: key).status == 200) }
            let answer = try await chat.chat("a", headers: key)
            #expect(answer.status == 429 && answer.error == "rate_limit_error rate_limit_exceeded null")
            #expect(answer.headers["retry-after"].flatMap { Int($0) }.map { (1...30).contains($0) } == true)
            #expect(answer.headers["x-should-retry"] == nil)
        }
    }

    @Test func whatRunsAtOnceIsLimitedAndFreedWhenItEnds() async throws {
        try await ChatServer.with { chat in
            let key = try await chat.server.key(of: "anna")
            let handle = key["Authorization"]?.dropFirst("Bearer prl_".count).prefix(10) ?? ""
            let path = "/admin/keys/\(handle)"
            let limited = try await chat.server.command("POST", path, [:], #"{"limits":{"concurrent_turns":1}}"#)
            #expect(limited.json["limits"]?["concurrent_turns"] == 1)
            async let first = chat.chat("!delay a", headers: key)
            await chat.upstream.until { $0.requests == 2 && $0.open == 1 }
            #expect(try await chat.chat("b", headers: key).status == 429)
            chat.upstream.gate.open()
            #expect(try await first.status == 200)
            #expect(try await chat.chat("c", headers: key).status == 200)
            #expect(try await chat.chat("!status=400 d", headers: key).status == 400)
            #expect(try await chat.chat("e", headers: key).status == 200)
        }
    }

    @Test(arguments: Kind.allCases)
    func whatFailsGivesBackWhatWasSetAside(_ kind: Kind) async throws {
        try await ChatServer.with { chat in
            let key = try await chat.server.key(of: "anna")
            try await Self.limit(chat, "anna", #"{"tokens_per_day":300}"#)
            for index in 0..<10 {
                let answer = try await Self.send(chat, kind, key, "!status=400 \(index)")
                #expect(answer.status != 429, "\(index)")
                // What is not recorded is written with others, a moment later.
                chat.server.store.writeUnrecorded()
                while try await Self.spent(chat, "anna") != 0 { await Task.yield() }
            }
        }
    }

    @Test func aSummaryCountsToo() async throws {
        try await ChatServer.with { chat in
            let key = try await chat.server.key(of: "anna")
            let long = String(repeating: "word ", count: 100)
            let input = #"{"model":"echo-1","input":"\#(long)"}"#
            #expect(try await chat.server.send("POST", "/v1/responses/compact", key, input).status == 200)
            try await Self.limit(chat, "anna", #"{"tokens_per_day":600}"#)
            #expect(try await chat.server.send("POST", "/v1/responses/compact", key, input).status == 429)
            try await Self.limit(chat, "anna", #"{"tokens_per_day":100000}"#)
            #expect(try await chat.server.send("POST", "/v1/responses/compact", key, input).status == 200)
        }
    }

    @Test func usageIsOnesOwnAndAdministratorsSeeAll() async throws {
        try await ChatServer.with { chat in
            let (anna, berta) = (try await chat.server.key(of: "anna"), try await chat.server.key(of: "berta"))
            _ = try await chat.chat("one", headers: anna)
            _ = try await chat.chat("two", headers: berta)
            _ = try await chat.chat("three", headers: berta)
            let own = try await chat.server.send("GET", "/v1/usage?by=model", anna).json
            #expect(own["total"]?["turns"] == 1 && own["data"]?.array?.first?["id"] == "echo-1")
            let all = try await chat.server.command("GET", "/admin/usage?by=user").json
            #expect(
                all["total"]?["turns"] == 3
                    && all["data"]?.array?.compactMap { $0["id"]?.string }.sorted() == ["anna", "berta"]
            )
            let one = try await chat.server.command("GET", "/admin/usage?user=berta").json
            #expect(one["total"]?["turns"] == 2)
            for wrong in ["by=week", "since=1.1.", "user=berta", "limit=0", "since=2026-01-02&until=2026-01-01"] {
                #expect(try await chat.server.send("GET", "/v1/usage?\(wrong)", anna).status == 400, "\(wrong)")
            }
        }
    }

    @Test(arguments: [
        #"{"limits":{"tokens_per_year":1}}"#, #"{"limits":{"tokens_per_day":-1}}"#,
        #"{"limits":{"tokens_per_day":"x"}}"#,
        #"{"limits":{"cost_per_day":1e30}}"#, #"{"limits":7}"#, #"{"role":"king"}"#, #"{"disabled":"yes"}"#,
    ])
    func aChangeThatSaysNothingSensibleIsRefused(_ body: String) async throws {
        try await TestServer.with { server in
            _ = try await server.key(of: "anna")
            #expect(try await server.command("POST", "/admin/users/anna", [:], body).status == 400)
        }
    }
}
