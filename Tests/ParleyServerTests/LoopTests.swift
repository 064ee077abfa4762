import Parley
import ParleyClient
import ParleyServer
import ScriptedUpstream
import Synchronization
import Testing

/// Servers that ask one another.
@Suite(.timeLimit(.minutes(1)))
struct LoopTests {
    private static let question = #"{"model":"m","messages":[{"role":"user","content":"hi"}]}"#

    @Test func serversStandOneBehindTheOther() async throws {
        try await ChatServer.with(.init(name: "b")) { last in
            var options = UpstreamOptions()
            options.instance = "a"
            let upstream = try HTTPUpstream([Self.upstream(last.server)], options: options)
            try await TestServer.with(.init(name: "a"), upstream: upstream) { first in
                let answer = try await first.send("POST", "/v1/chat/completions", [:], Self.question)
                #expect(answer.said == "echo(1): hi")
                #expect(try await first.send("GET", "/v1/models").json["data"]?.array?.isEmpty == false)
            }
            await upstream.shutdown()
            let path = RequestPath(header: last.upstream.received.last?.header("x-parley-hop") ?? "")
            #expect(path.servers.count == 2)
            #expect(path.servers.first == "a")
        }
    }

    @Test(arguments: [["m"], []])
    func aServerThatIsItsOwnUpstreamSaysSo(models: [String]) async throws {
        let upstream = LateUpstream()
        try await TestServer.with(.init(name: "a"), upstream: upstream) { server in
            var options = UpstreamOptions()
            options.instance = "a"
            let own = try HTTPUpstream([Self.upstream(server, models: models)], options: options)
            upstream.set(own)
            let answer = try await server.send("POST", "/v1/chat/completions", [:], Self.question)
            #expect(answer.isWellFormedError)
            if !models.isEmpty {
                #expect(answer.status == 508)
                #expect(answer.error.contains("request_loop"))
            }
            await own.shutdown()
        }
    }

    @Test(arguments: [
        ("a, b, 0c", false), ("a, a0, b", true), (" ,,;x,a0", true), ("0,1,2,3,4,5,6,7", true), ("", false),
    ])
    func whoHasSeenARequestBeforeRefusesIt(header: String, isLoop: Bool) async throws {
        try await ChatServer.with(.init(name: "a0")) { chat in
            let answer = try await chat.chat("x", headers: ["X-Parley-Hop": header])
            #expect(answer.status == (isLoop ? 508 : 200))
        }
    }

    private static func upstream(_ server: TestServer, models: [String] = []) -> UpstreamSettings {
        guard case .tcp(let host, let port)? = server.tcp else { return UpstreamSettings(name: "up", baseURL: "") }
        return UpstreamSettings(name: "up", baseURL: "http://\(host):\(port)/v1", models: models)
    }
}

/// An upstream whose address is known only when its server listens.
private final class LateUpstream: Upstream {
    private let upstream = Mutex<HTTPUpstream?>(nil)

    func set(_ upstream: HTTPUpstream) {
        self.upstream.withLock { $0 = upstream }
    }

    private func found() throws -> HTTPUpstream {
        guard let upstream = upstream.withLock(\.self) else { throw ParleyError(.noUpstream, "Not yet.") }
        return upstream
    }

    func route(_ model: String?) async throws -> ModelRoute { try await found().route(model) }

    func open(_ request: UpstreamRequest) async throws -> any AnswerStream { try await found().open(request) }

    func window(of route: ModelRoute) async -> Int? { nil }

    func models() async throws -> [ModelEntry] { try await found().models() }
}
