import Parley
import ParleyClient
import ScriptedUpstream
import Testing

/// Upstreams that take their time.
///
/// How exact the deadlines are is tested without a clock in `HTTPExchangeStateTests`.
@Suite(.timeLimit(.minutes(1)))
struct DeadlineTests {
    static let limit = Duration.milliseconds(300)
    /// Not before its time; how much later depends on how busy the machine is.
    static let tolerated = limit...

    @Test(
        arguments: [
            Reply([.hang]), Reply([.send(Reply.head(200, ["Transfer-Encoding: chunked"])), .hang]),
            .raw("HTTP/1.1 200 OK\r\nX-Slow", then: [.hang]),
        ],
        [true, false]
    )
    func silenceBeforeTheFirstByteEnds(reply: Reply, streamed: Bool) async throws {
        var options = UpstreamOptions.quick
        options.deadlines.firstByte = Self.limit
        let (heard, time) = try await timed(reply, streamed: streamed, options)
        #expect(heard.error?.code == .upstreamTimeout)
        #expect(Self.tolerated.contains(time))
    }

    @Test func silenceInTheMiddleEnds() async throws {
        var options = UpstreamOptions.quick
        options.deadlines.idle = Self.limit
        let (heard, time) = try await timed(.stream(Events.begun, then: [.hang]), options)
        #expect(heard.error?.code == .upstreamTimeout)
        #expect(heard.text == Events.text)
        #expect(Self.tolerated.contains(time))
    }

    @Test func silenceAfterTheFinishEndsWell() async throws {
        var options = UpstreamOptions.quick
        options.deadlines.idle = Self.limit
        let stream = Events.stream(Array(Events.good.dropLast()))
        let (heard, _) = try await timed(.stream(stream, then: [.hang]), options)
        #expect(heard.error == nil)
        #expect(heard.text == Events.text)
    }

    @Test(arguments: [true, false])
    func theWholeAnswerHasALimit(streamed: Bool) async throws {
        var options = UpstreamOptions.quick
        options.deadlines.total = Self.limit
        let reply = streamed ? Reply.stream(Events.begun, then: [.hang]) : Reply([.hang])
        let (heard, time) = try await timed(reply, streamed: streamed, options)
        #expect(heard.error?.code == .upstreamTimeout)
        #expect(Self.tolerated.contains(time))
    }

    @Test func aTimedOutConnectionIsNotUsedAgain() async throws {
        var options = UpstreamOptions.quick
        options.deadlines.idle = Self.limit
        let replies = [Reply.stream(Events.begun, then: [.hang]), .stream(Events.stream(Events.good))]
        try await withUpstream(ScriptedUpstream.inTurn(replies), options: options) { upstream, server in
            #expect(await upstream.hear(.saying("hello")).error?.code == .upstreamTimeout)
            await server.until { $0.aborted == 1 }
            #expect(await upstream.hear(.saying("hello")).error == nil)
            #expect(server.counts.connections == 2)
        }
    }

    private func timed(
        _ reply: Reply,
        streamed: Bool = true,
        _ options: UpstreamOptions
    ) async throws -> (Heard, Duration) {
        try await withUpstream(ScriptedUpstream.always(reply), options: options) { upstream, _ in
            let start = ContinuousClock.now
            let heard = await upstream.hear(.saying("hello", streamed: streamed))
            return (heard, ContinuousClock.now - start)
        }
    }
}
