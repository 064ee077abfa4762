import NIOCore
import NIOHTTP1
import Parley
import Testing

@testable import ParleyClient

/// The state of an exchange, without a connection and without a clock.
struct HTTPExchangeStateTests {
    let start = ContinuousClock.now
    let deadlines = UpstreamDeadlines()

    private func state(streamed: Bool = true) -> HTTPExchangeState {
        HTTPExchangeState(streamed: streamed, limits: AnswerLimits(), now: start)
    }

    private func after(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

    private static let ok = HTTPResponseHead(version: .http1_1, status: .ok)

    @Test func theFirstByteIsDueAfterItsDeadlineWhetherOrNotThereIsAHead() {
        var state = state()
        #expect(state.overdue(deadlines, now: after(299.9)) == nil)
        #expect(state.overdue(deadlines, now: after(300))?.code == .upstreamTimeout)
        state.receive(Self.ok)
        #expect(state.overdue(deadlines, now: after(299.9)) == nil)
        #expect(state.overdue(deadlines, now: after(300))?.code == .upstreamTimeout)
    }

    @Test func silenceIsCountedFromTheLastByteThatWasRead() throws {
        var state = state()
        state.receive(Self.ok)
        _ = state.receive(ByteBuffer(string: "x"), now: after(1))
        #expect(state.overdue(deadlines, now: after(500)) == nil, "what is unread is not the upstream's silence")
        _ = try state.take(now: after(500))
        #expect(state.overdue(deadlines, now: after(619.9)) == nil)
        #expect(state.overdue(deadlines, now: after(620))?.code == .upstreamTimeout)
    }

    @Test func theWholeHasADeadlineWhateverArrives() throws {
        var state = state()
        state.receive(Self.ok)
        for second in stride(from: 10.0, through: 1790, by: 10) {
            _ = state.receive(ByteBuffer(string: "x"), now: after(second))
            _ = try state.take(now: after(second))
            #expect(state.overdue(deadlines, now: after(second + 9)) == nil)
        }
        #expect(state.overdue(deadlines, now: after(1800))?.code == .upstreamTimeout)
    }

    @Test func whatIsOverIsNeverDue() {
        var state = state()
        _ = state.complete()
        #expect(state.overdue(deadlines, now: after(10_000)) == nil)
    }

    @Test func aReleasedExchangeHasFiveSecondsToEnd() {
        var state = state()
        state.receive(Self.ok)
        let isOpen = state.release(now: after(5))
        #expect(isOpen)
        #expect(state.overdue(deadlines, now: after(9.9)) == nil)
        #expect(state.overdue(deadlines, now: after(10)) != nil)
    }

    @Test(.timeLimit(.minutes(1))) func aWaitingReaderIsWokenBySilence() async throws {
        var state = state()
        state.receive(Self.ok)
        _ = state.receive(ByteBuffer(string: "x"), now: start)
        _ = try state.take(now: start)
        await withCheckedContinuation { waiter in
            let waits = state.wait(waiter)
            #expect(waits)
            let early = state.wake(after: .seconds(15), now: after(14.9))
            #expect(early == nil)
            state.wake(after: .seconds(15), now: after(15))?.resume()
        }
        let taken = try state.take(now: after(15))
        #expect(taken?.parts.isEmpty == true && taken?.isLast == false)
        let nothing = try state.take(now: after(15))
        #expect(nothing == nil)
        #expect(
            state.overdue(deadlines, now: after(120))?.code == .upstreamTimeout,
            "a sign of life is not the upstream's"
        )
    }

    @Test(.timeLimit(.minutes(1))) func aReaderIsNotWokenBeforeTheAnswerBegins() async throws {
        var state = state()
        state.receive(Self.ok)
        await withCheckedContinuation { waiter in
            _ = state.wait(waiter)
            let woken = state.wake(after: .seconds(15), now: after(100))
            #expect(woken == nil)
            state.complete()?.resume()
        }
    }

    @Test func anAnswerThatIsNotStreamedIsTakenWhole() throws {
        var state = state(streamed: false)
        state.receive(Self.ok)
        _ = state.receive(ByteBuffer(string: "a"), now: start)
        let early = try state.take(now: start)
        #expect(early == nil)
        _ = state.receive(ByteBuffer(string: "b"), now: start)
        _ = state.complete()
        let late = try state.take(now: start)
        let taken = try #require(late)
        #expect(taken.isLast)
        #expect(taken.body == Array("ab".utf8))
    }

    @Test func whatCameBeforeAFailureIsTakenFirst() throws {
        var state = state()
        state.receive(Self.ok)
        _ = state.receive(ByteBuffer(string: "a"), now: start)
        _ = state.fail(ParleyError.upstreamIncomplete)
        let taken = try state.take(now: start)
        #expect(taken?.body == Array("a".utf8))
        #expect(throws: ParleyError.self) { _ = try state.take(now: start) }
    }

    @Test func cancellingDropsWhatIsUnread() {
        var state = state()
        state.receive(Self.ok)
        _ = state.receive(ByteBuffer(string: "a"), now: start)
        _ = state.cancel()
        #expect(throws: ParleyError.self) { _ = try state.take(now: start) }
    }
}
