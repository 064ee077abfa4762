import NIOCore
import Testing

@testable import ParleyServer

struct ConnectionStateTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)
    private let limits = ServerLimits()

    private func fresh() -> ConnectionState { ConnectionState(limits: limits, opened: start) }

    private func after(_ seconds: Int64) -> NIODeadline { start + .seconds(seconds) }

    @Test func theFirstHeadHasTenSeconds() {
        var state = fresh()
        #expect(state.deadline == after(10))
        #expect(state.timePassed(now: after(9)) == .none)
        #expect(state.timePassed(now: after(10)) == .close)
        state.requestBegan(now: after(9), asksToClose: false)
        _ = state.requestEnded()
        #expect(state.deadline == nil)
    }

    @Test func aBodyHasThirtySecondsAndOneMoreForEverySixtyFourKibibytes() {
        var state = fresh()
        state.requestBegan(now: start, asksToClose: false)
        #expect(state.deadline == after(30))
        #expect(state.bodyArrived(128 << 10) == .none)
        #expect(state.deadline == after(32))
        #expect(state.timePassed(now: after(31)) == .none)
        #expect(state.timePassed(now: after(32)) == .refuse(.tooSlow))
        state.answerBegins(closes: false)
        #expect(state.timePassed(now: after(32)) == .close)
    }

    @Test func aClientThatDoesNotReadHasThirtySeconds() {
        var state = fresh()
        state.requestBegan(now: start, asksToClose: false)
        _ = state.requestEnded()
        state.writabilityChanged(to: false, now: after(1))
        state.writabilityChanged(to: false, now: after(20))
        #expect(state.timePassed(now: after(30)) == .none)
        #expect(state.timePassed(now: after(31)) == .close)
        state.writabilityChanged(to: true, now: after(31))
        #expect(state.deadline == nil)
    }

    @Test func anAnswerThatClosesWaitsForTheBodyOnlySoLong() {
        var state = fresh()
        state.requestBegan(now: start, asksToClose: false)
        state.answerBegins(closes: true)
        #expect(state.answerEnded(now: after(1)) == .closeOutput)
        #expect(state.deadline == after(2))
        #expect(state.timePassed(now: after(2)) == .close)
        #expect(state.requestEnded() == .close)
    }

    @Test func anAnswerToAWholeRequestClosesAtOnceWhenAsked() {
        var state = fresh()
        state.requestBegan(now: start, asksToClose: true)
        #expect(state.requestEnded() == .none)
        #expect(state.isClosing)
        state.answerBegins(closes: false)
        #expect(state.answerEnded(now: start) == .close)
    }

    @Test func aBodyThatNobodyReadsMayNotGoOnForEver() {
        var state = fresh()
        state.requestBegan(now: start, asksToClose: false)
        #expect(state.bodyArrived(limits.body) == .none)
        state.answerBegins(closes: false)
        #expect(state.answerEnded(now: start) == .none)
        #expect(state.bodyArrived(1) == .close)
    }

    @Test func garbageIsAnsweredOnlyWhenNothingElseIs() {
        var state = fresh()
        #expect(state.failed(headersTooLarge: true) == .refuse(.headersTooLarge))
        state.requestBegan(now: start, asksToClose: false)
        _ = state.requestEnded()
        state.answerBegins(closes: false)
        #expect(state.answerEnded(now: start) == .none)
        #expect(state.failed(headersTooLarge: false) == .refuse(.malformed))
    }

    @Test func garbageDuringARequestEndsTheConnectionWithItsAnswer() {
        var state = fresh()
        state.requestBegan(now: start, asksToClose: false)
        #expect(state.failed(headersTooLarge: false) == .none)
        #expect(state.isClosing)
        state.answerBegins(closes: false)
        #expect(state.answerEnded(now: start) == .closeOutput)
    }

    @Test func garbageBehindTheAnswerInARequestsBodyIsNotAnswered() {
        var state = fresh()
        state.requestBegan(now: start, asksToClose: false)
        state.answerBegins(closes: false)
        #expect(state.answerEnded(now: start) == .none)
        #expect(state.failed(headersTooLarge: false) == .close)
    }
}
