import Parley
import ParleyClient
import ScriptedUpstream
import Testing

/// The client leaves: the upstream's connection is closed, and at once.
@Suite(.timeLimit(.minutes(1)))
struct CancellationTests {
    static let endless = Reply.stream(Events.begun, then: [.hang])

    @Test func cancellingEndsAWaitingReadAndTheUpstreamsWork() async throws {
        try await withUpstream(ScriptedUpstream.always(Self.endless)) { upstream, server in
            let stream = try await upstream.open(.saying("hello"))
            async let reading = Self.readToEnd(stream)
            stream.cancel()
            await server.until { $0.aborted == 1 && $0.open == 0 }
            #expect(await reading == .cancelled)
            await #expect { try await stream.next() } throws: { ParleyError($0).code == .cancelled }
        }
    }

    @Test func aCancelledReaderEndsTheUpstreamsWork() async throws {
        try await withUpstream(ScriptedUpstream.always(Self.endless)) { upstream, server in
            let stream = try await upstream.open(.saying("hello"))
            let reader = Task { await Self.readToEnd(stream) }
            reader.cancel()
            await server.until { $0.aborted == 1 }
            #expect(await reader.value == .cancelled)
        }
    }

    @Test(arguments: [true, false])
    func cancellingWhileOpeningEndsTheUpstreamsWork(streamed: Bool) async throws {
        try await withUpstream(ScriptedUpstream.always(Reply([.hang]))) { upstream, server in
            let opener = Task { await upstream.hear(.saying("hello", streamed: streamed)) }
            await server.until { $0.open == 1 }
            opener.cancel()
            await server.until { $0.aborted == 1 }
            #expect(await opener.value.error?.code == .cancelled)
        }
    }

    @Test func aCallerThatIsCancelledAlreadyGetsNothing() async throws {
        try await withUpstream(ScriptedUpstream.always(Reply([.hang]))) { upstream, _ in
            let opener = Task {
                unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
                return await upstream.hear(.saying("hello"))
            }
            #expect(await opener.value.error?.code == .cancelled)
        }
    }

    @Test func lettingGoOfTheStreamEndsTheUpstreamsWork() async throws {
        try await withUpstream(ScriptedUpstream.always(Self.endless)) { upstream, server in
            do { _ = try await upstream.open(.saying("hello")) }
            await server.until { $0.aborted == 1 }
        }
    }

    @Test func aThousandCallsThatAreLeftLeaveNothingOpen() async throws {
        try await withUpstream(ScriptedUpstream.always(Self.endless)) { upstream, server in
            for _ in 0..<20 {
                await withTaskGroup { group in
                    for _ in 0..<50 {
                        group.addTask { (try? await upstream.open(.saying("hello")))?.cancel() }
                    }
                }
            }
            await server.until { $0.requests == 1000 && $0.open == 0 && $0.aborted == 1000 }
        }
    }

    /// The upstream blocks when nobody reads, instead of filling our memory.
    @Test func aReaderThatStopsHoldsTheUpstreamBack() async throws {
        let filler = Events.chunk(#"{"content":"\#(String(repeating: "x", count: 10_000))"}"#)
        let events = [String](repeating: filler, count: 1400) + [Events.stop, "[DONE]"]
        let gate = Gate()
        let reply = Reply.stream(Events.stream(events), size: 100_000, then: [Reply.endOfBody, .wait(gate)])
        try await withUpstream(ScriptedUpstream.always(reply)) { upstream, server in
            let stream = try await upstream.open(.saying("hello"))
            var length = 0
            var largest = 0
            while let chunks = try await stream.next() {
                let size = chunks.flatMap(\.deltas).compactMap(\.content?.count).reduce(0, +)
                length += size
                largest = max(largest, size)
            }
            #expect(length == 14_000_000)
            #expect(largest < 1_000_000)
            gate.open()
            await server.until { $0.open == 0 }
        }
    }

    private static func readToEnd(_ stream: any AnswerStream) async -> ParleyError.Code? {
        do {
            while try await stream.next() != nil {}
            return nil
        } catch {
            return ParleyError(error).code
        }
    }
}
