import Testing

@testable import ParleyClient

/// The breaker, without an upstream and without a clock.
struct CircuitBreakerTests {
    let start = ContinuousClock.now

    private func after(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

    private func opened() -> CircuitBreaker {
        var breaker = CircuitBreaker(.init())
        for _ in 0..<20 { breaker.failed(now: start) }
        return breaker
    }

    @Test func itOpensAtTheTwentiethFailure() {
        var breaker = CircuitBreaker(.init())
        for _ in 0..<19 { breaker.failed(now: start) }
        let before = breaker.wait(now: start)
        #expect(before == nil)
        breaker.failed(now: after(9))
        let wait = breaker.wait(now: after(9))
        #expect(wait == .seconds(5))
    }

    @Test func oldFailuresDoNotCount() {
        var breaker = CircuitBreaker(.init())
        for second in 0..<200 { breaker.failed(now: after(Double(second) * 0.6)) }
        let wait = breaker.wait(now: after(120))
        #expect(wait == nil)
    }

    @Test func anAnswerMakesUpForAFailure() {
        var breaker = CircuitBreaker(.init())
        for _ in 0..<100 {
            breaker.failed(now: start)
            breaker.answered()
        }
        for _ in 0..<19 { breaker.failed(now: start) }
        let wait = breaker.wait(now: start)
        #expect(wait == nil)
    }

    @Test func oneCallIsTriedInEachPause() {
        var breaker = opened()
        let waits = [4.9, 5.0, 5.1, 9.9, 10.0].map { breaker.wait(now: after($0)) == nil }
        #expect(waits == [false, true, false, false, true])
    }

    @Test func aTryThatFailsBeginsAnotherPause() {
        var breaker = opened()
        let first = breaker.wait(now: after(5))
        breaker.failed(now: after(7))
        let second = breaker.wait(now: after(11))
        let third = breaker.wait(now: after(12))
        #expect(first == nil && second == .seconds(1) && third == nil)
    }

    @Test func aTryThatIsAnsweredClosesIt() {
        var breaker = opened()
        _ = breaker.wait(now: after(5))
        breaker.answered()
        breaker.failed(now: after(6))
        let wait = breaker.wait(now: after(6))
        #expect(wait == nil)
    }
}
