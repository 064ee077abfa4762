import Parley
import ParleyClient
import ScriptedUpstream
import Testing

/// Connections that are not made, break, lead elsewhere, or are used again.
@Suite(.timeLimit(.minutes(1)))
struct ConnectionTests {
    @Test(arguments: [true, false])
    func aClosedPortIsUnreachable(streamed: Bool) async throws {
        let server = try await ScriptedUpstream.start()
        let address = server.baseURL
        await server.stop()
        #expect(try await Self.error(at: address, streamed: streamed) == .upstreamUnreachable)
    }

    @Test func aNameThatDoesNotExistIsUnreachable() async throws {
        #expect(try await Self.error(at: "http://does-not-exist.invalid/v1") == .upstreamUnreachable)
    }

    @Test func aServerThatDoesNotSpeakTLSIsUnreachable() async throws {
        let server = try await ScriptedUpstream.start()
        #expect(try await Self.error(at: "https://127.0.0.1:\(server.port)/v1") == .upstreamUnreachable)
        await server.stop()
    }

    @Test(arguments: [301, 302, 303, 307, 308], [true, false])
    func redirectsAreNotFollowed(status: Int, streamed: Bool) async throws {
        let trap = try await ScriptedUpstream.start()
        let reply = Reply.whole([], status: status, headers: ["Location: \(trap.baseURL)/chat/completions"])
        let heard = try await hear(reply, streamed: streamed)
        #expect(heard.error?.code == .upstreamBadResponse)
        #expect(trap.counts.connections == 0)
        await trap.stop()
    }

    @Test(arguments: [true, false])
    func aGoodConnectionIsUsedAgain(streamed: Bool) async throws {
        try await withUpstream { upstream, server in
            for _ in 0..<5 {
                #expect(await upstream.hear(.saying("hi", streamed: streamed)).text == "echo(1): hi")
                // The end of a chunked body comes behind the last event.
                await server.until { $0.open == 0 }
            }
            #expect(server.counts.connections < 5)
        }
    }

    /// The end of the body may come after the reader has gone with the whole answer.
    @Test func aConnectionIsUsedAgainWhenItsReaderLeavesBeforeTheEndOfTheBody() async throws {
        let gate = Gate()
        let reply = Reply.stream(Events.stream(Events.good), then: [.wait(gate), Reply.endOfBody])
        try await withUpstream(ScriptedUpstream.always(reply)) { upstream, server in
            #expect(await upstream.hear(.saying("hello")).text == Events.text)
            gate.open()
            await server.until { $0.open == 0 }
            #expect(server.counts.aborted == 0)
        }
    }

    @Test func stoppingEndsWhatIsOpenAndRefusesWhatComes() async throws {
        try await withUpstream(ScriptedUpstream.always(Reply([.hang]))) { upstream, server in
            async let open = upstream.hear(.saying("hello"))
            await server.until { $0.open == 1 }
            await upstream.shutdown()
            #expect(await open.error?.code == .shuttingDown)
            #expect(await upstream.hear(.saying("hello")).error?.code == .shuttingDown)
        }
    }

    @Test func onlyOurHeadersAreSent() async throws {
        try await withUpstream(key: Secret("k-1")) { upstream, server in
            _ = await upstream.hear(.saying("hi"))
            let request = try #require(server.received.first)
            #expect(
                Set(request.headers.map(\.name)) == [
                    "host", "content-length", "authorization", "content-type", "accept", "accept-encoding",
                    "user-agent",
                    "x-request-id", "x-parley-hop",
                ]
            )
            #expect(request.header("authorization") == "Bearer k-1")
            #expect(request.header("accept-encoding") == "identity")
            #expect(request.header("x-request-id") == "req_1")
            #expect(request.path == "/v1/chat/completions")
            #expect(request.json["messages"]?.array?.count == 1)
        }
    }

    private static func error(at address: String, streamed: Bool = true) async throws -> ParleyError.Code? {
        let upstream = try HTTPUpstream(
            [UpstreamSettings(name: "up", baseURL: address, models: ["m"])],
            options: .quick
        )
        let heard = await upstream.hear(.saying("hello", streamed: streamed))
        await upstream.shutdown()
        return heard.error?.code
    }
}
