import Parley
import ParleyClient
import ScriptedUpstream
import Testing

/// An upstream that thinks for long in the middle of its answer.
@Suite(.timeLimit(.minutes(1)))
struct SignOfLifeTests {
    @Test func theReaderOfASilentStreamGetsSignsOfLife() async throws {
        let gate = Gate()
        let rest = Events.stream([Events.stop, "[DONE]"])
        let ending: [Reply.Step] = [.wait(gate)] + Reply.chunks(rest) + [Reply.endOfBody]
        var options = UpstreamOptions.quick
        options.deadlines.signOfLife = .milliseconds(20)
        let script = ScriptedUpstream.always(.stream(Events.begun, then: ending))
        try await withUpstream(script, options: options) { upstream, _ in
            let stream = try await upstream.open(.saying("hello"))
            var heard = Heard()
            var signs = 0
            while let chunks = try await stream.next() {
                heard.chunks += chunks
                if chunks.isEmpty { signs += 1 }
                if signs == 3 { gate.open() }
            }
            #expect(signs >= 3)
            #expect(heard.text == Events.text)
            #expect(heard.finish == .stop)
        }
    }

    @Test func signsOfLifeDoNotKeepASilentUpstreamAlive() async throws {
        var options = UpstreamOptions.quick
        options.deadlines.signOfLife = .milliseconds(20)
        options.deadlines.idle = .milliseconds(200)
        let heard = try await hear(.stream(Events.begun, then: [.hang]), options: options)
        #expect(heard.error?.code == .upstreamTimeout)
        #expect(heard.text == Events.text)
    }
}
