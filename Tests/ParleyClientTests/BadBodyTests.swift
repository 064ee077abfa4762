import Parley
import ScriptedUpstream
import Testing

/// Status 200 and a body that is no answer, and bodies whose framing is wrong.
@Suite(.timeLimit(.minutes(1)))
struct BadBodyTests {
    @Test(
        arguments: [
            Reply.whole("<html>Please log in</html>".utf8, type: "text/html"), .whole("".utf8), .json("{}"),
            .json("[]"),
            .json(#"{"ok":true}"#), .raw("HTTP/1.1 204 No Content\r\n\r\n"), .json(#"{"choices":[]}"#, status: 201),
            .raw("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), .stream("data: [DONE]\n\n".utf8),
            .stream(": hi\n\n".utf8),
        ],
        [true, false]
    )
    func aBodyThatIsNoAnswerIsABadResponse(reply: Reply, streamed: Bool) async throws {
        let heard = try await hear(reply, streamed: streamed)
        #expect(heard.error?.code == .upstreamBadResponse)
        #expect(heard.failedAtOnce)
    }

    @Test(arguments: [true, false])
    func anErrorWithStatus200IsMapped(streamed: Bool) async throws {
        let body = #"{"error":{"message":"maximum context length is 10","type":"invalid_request_error","code":null}}"#
        let heard = try await hear(.json(body), streamed: streamed)
        #expect(heard.error?.code == .contextLengthExceeded)
        #expect(heard.failedAtOnce)
    }

    @Test(arguments: ["gzip", "br"], [true, false])
    func aCompressedBodyIsABadResponse(coding: String, streamed: Bool) async throws {
        let bomb = [UInt8](repeating: 0, count: 100_000)
        let heard = try await hear(.whole(bomb, headers: ["Content-Encoding: \(coding)"]), streamed: streamed)
        #expect(heard.error?.code == .upstreamBadResponse)
    }

    @Test func aBodyShorterThanItsLengthIsIncomplete() async throws {
        let reply = Reply.raw("HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n" + Events.whole(), then: [.close])
        #expect(try await hear(reply, streamed: false).error != nil)
        let stream = Reply([.send(Reply.head(200, ["Content-Length: 5000"]) + BadStreamTests.begun), .close])
        let heard = try await hear(stream)
        #expect(heard.error?.code == .upstreamIncomplete)
        #expect(heard.text == Events.text)
    }

    @Test(
        arguments: [
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\nx\r\n",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n", "HTTP/1.1 2000 OK\r\n\r\n",
            "SSH-2.0-x\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
        ],
        [true, false]
    )
    func wrongFramingIsAnError(reply: String, streamed: Bool) async throws {
        let heard = try await hear(.raw(reply, then: [.close]), streamed: streamed)
        #expect(heard.error != nil)
        #expect(heard.text.isEmpty)
    }

    @Test(arguments: [true, false])
    func trailersAreIgnored(streamed: Bool) async throws {
        let body = streamed ? Events.stream(Events.good) : Array(Events.whole().utf8)
        let heard = try await hear(.stream(body, then: [.send(Array("0\r\nx-t: 1\r\n\r\n".utf8))]), streamed: streamed)
        #expect(heard.error == nil)
        #expect(heard.text == Events.text)
    }

    /// Bytes behind an answer must not become the answer to another request.
    @Test(arguments: [true, false])
    func whatFollowsAnAnswerReachesNobody(streamed: Bool) async throws {
        let good = streamed ? Events.stream(Events.good) : Array(Events.whole().utf8)
        let canary = Reply.head(200, ["Content-Length: \(good.count)"]) + Array(Events.whole("CANARY").utf8)
        let poisoned = Reply([.send(Reply.head(200, ["Content-Length: \(good.count)"]) + good + canary)])
        let clean = Reply([.send(Reply.head(200, ["Content-Length: \(good.count)"]) + good)])
        try await withUpstream(ScriptedUpstream.inTurn([poisoned, clean])) { upstream, server in
            for _ in 0..<3 {
                let heard = await upstream.hear(.saying("hello", streamed: streamed))
                #expect(heard.error == nil)
                #expect(heard.text == Events.text)
            }
            #expect(server.counts.connections >= 2)
        }
    }

    @Test func dataBehindTheMarkOfTheEndClosesTheConnection() async throws {
        let reply = Reply.stream(Events.stream(Events.good + Events.good), then: [.hang])
        try await withUpstream(ScriptedUpstream.always(reply)) { upstream, server in
            #expect(await upstream.hear(.saying("hello")).text == Events.text)
            await server.until { $0.aborted == 1 }
            #expect(await upstream.hear(.saying("hello")).text == Events.text)
            #expect(server.counts.connections == 2)
        }
    }
}
