import Parley
import ParleyClient
import ScriptedUpstream
import Testing

/// Asking upstreams for their models, and finding them on this machine.
@Suite(.timeLimit(.minutes(1)))
struct ModelsTests {
    private func with<Result>(
        _ script: @escaping ScriptedUpstream.Script,
        _ body: (HTTPUpstream, ScriptedUpstream) async throws -> Result
    ) async throws -> Result {
        let server = try await ScriptedUpstream.start(script)
        let upstream = try HTTPUpstream(
            [UpstreamSettings(name: "up", baseURL: "http://127.0.0.1:\(server.port)/")],
            options: .quick
        )
        let result: Swift.Result<Result, any Error>
        do { result = .success(try await body(upstream, server)) } catch { result = .failure(error) }
        await upstream.shutdown()
        await server.stop()
        return try result.get()
    }

    @Test func modelsAreListedAndAskedForOnce() async throws {
        try await with(Echo.script) { upstream, server in
            let models = try await upstream.models()
            let usual = try await upstream.route(nil)
            let named = try await upstream.route("echo-2")
            #expect(models.map(\.id) == Echo.models)
            #expect(usual == ModelRoute(upstream: "up", model: "echo-1"))
            #expect(named.model == "echo-2")
            #expect(server.counts.requests == 1)
            #expect(server.received.first?.path == "/v1/models")
        }
    }

    @Test func aWindowIsReadUnderEveryName() async throws {
        let list =
            #"{"data":[{"id":"a","max_model_len":10,"created":5},{"id":"b","meta":{"n_ctx_train":20}},{"id":"c"},{}]}"#
        try await with(ScriptedUpstream.always(.json(list))) { upstream, _ in
            let models = try await upstream.models()
            #expect(models.map(\.window) == [10, 20, nil])
        }
    }

    @Test(arguments: [Reply.whole("no".utf8, status: 404), .json("{}"), .whole("<html>".utf8), Reply([.close])])
    func anUpstreamWithoutAListTakesNamesAsTheyAre(reply: Reply) async throws {
        try await with(ScriptedUpstream.always(reply)) { upstream, _ in
            let route = try await upstream.route("any")
            let models = try await upstream.models()
            #expect(route.model == "any")
            #expect(models.isEmpty)
            await #expect { try await upstream.route(nil) } throws: { ParleyError($0).code == .upstreamUnreachable }
        }
    }

    @Test func aModelThatIsGoneMakesTheListAskedForAgain() async throws {
        let script: ScriptedUpstream.Script = { request, _ in
            request.path.hasSuffix("/models") ? .json(#"{"data":[{"id":"m"}]}"#) : .json("{}", status: 404)
        }
        try await with(script) { upstream, server in
            _ = try await upstream.route("m")
            _ = await upstream.hear(.saying("hello"))
            _ = try await upstream.route("m")
            await server.until { $0.requests == 3 }
        }
    }

    @Test func aLocalServerIsFoundAmongOtherPorts() async throws {
        let web = try await ScriptedUpstream.start { _, _ in .whole("<html>".utf8, type: "text/html") }
        let model = try await ScriptedUpstream.start()
        let places = [("closed", 1), ("web", web.port), ("model", model.port)]
        let found = await LocalUpstream.discover(among: places, within: .seconds(20))
        #expect(found == UpstreamSettings(name: "model", baseURL: model.baseURL))
        for server in [web, model] { await server.stop() }
    }

    @Test func aSilentPortIsNotWaitedFor() async throws {
        let silent = try await ScriptedUpstream.start { _, _ in Reply([.hang]) }
        let found = await LocalUpstream.discover(among: [("silent", silent.port)], within: .milliseconds(300))
        #expect(found == nil)
        await silent.stop()
    }

    @Test func addressesAndNamesAreChecked() {
        #expect(throws: ParleyError.self) { try HTTPUpstream([UpstreamSettings(name: "x", baseURL: "not a url")]) }
        #expect(throws: ParleyError.self) {
            try HTTPUpstream([
                UpstreamSettings(name: "x", baseURL: "http://a/v1"),
                UpstreamSettings(name: "x", baseURL: "http://b/v1"),
            ])
        }
    }
}
