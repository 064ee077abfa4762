import Parley
import ScriptedUpstream
import Testing

/// Status 200 and a body that is no answer, and bodies whose framing is wrong.
@Suite(.timeLimit(.minutes(1)))
struct BadBodyTests {
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
