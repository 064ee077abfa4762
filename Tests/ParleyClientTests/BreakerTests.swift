import Parley
import ScriptedUpstream
import Testing

@testable import ParleyClient

/// Calls of an upstream that fails all the time.
@Suite(.timeLimit(.minutes(1)))
struct BreakerTests {
    private static var options: UpstreamOptions {
        var options = UpstreamOptions.quick
        options.retries.attempts = 0
        options.breaker.window = .seconds(1000)
        options.breaker.pause = .seconds(500)
        return options
    }

    private static let failure = Reply.json(#"{"error":{"message":"down"}}"#, status: 503)

    @Test func anUpstreamThatFailsTooOftenIsLeftAlone() async throws {
        try await withUpstream(ScriptedUpstream.always(Self.failure), options: Self.options) { upstream, server in
            for _ in 0..<20 { #expect(await upstream.hear(.saying("hello")).error?.code == .upstreamFailed) }
            let refused = await upstream.hear(.saying("hello"))
            #expect(refused.error?.code == .upstreamUnreachable)
            #expect(refused.error?.message.contains("'up'") == true)
            #expect((Duration.seconds(1)...(.seconds(500))).contains(refused.error?.retryAfter ?? .zero))
            #expect(server.counts.requests == 20)
        }
    }

    @Test func anUpstreamThatAnswersAgainIsUsedAgain() async throws {
        var options = Self.options
        options.breaker.pause = .zero
        try await withUpstream(ScriptedUpstream.always(Self.failure), options: options) { upstream, server in
            for _ in 0..<30 { _ = await upstream.hear(.saying("hello")) }
            server.play(ScriptedUpstream.always(.stream(Events.stream(Events.good))))
            #expect(await upstream.hear(.saying("hello")).text == Events.text)
        }
    }

    @Test(arguments: [400, 401, 404, 422, 429])
    func aRefusalIsNoFailure(status: Int) async throws {
        let reply = Reply.json(#"{"error":{"message":"no"}}"#, status: status)
        try await withUpstream(ScriptedUpstream.always(reply), options: Self.options) { upstream, server in
            for _ in 0..<25 { _ = await upstream.hear(.saying("hello")) }
            #expect(server.counts.requests == 25)
        }
    }

    @Test func oneUpstreamsFailuresAreNotAnothers() async throws {
        let (bad, good) = (
            try await ScriptedUpstream.start(ScriptedUpstream.always(Self.failure)), try await ScriptedUpstream.start()
        )
        let settings = [("up", bad), ("other", good)].map {
            UpstreamSettings(name: $0.0, baseURL: $0.1.baseURL, models: ["m"])
        }
        let upstream = try HTTPUpstream(settings, options: Self.options)
        for _ in 0..<25 { _ = await upstream.hear(.saying("hello")) }
        var request = UpstreamRequest.saying("hello")
        request.route.upstream = "other"
        #expect(await upstream.hear(request).text == "echo(1): hello")
        await upstream.shutdown()
        await bad.stop()
        await good.stop()
    }
}
