import Testing

@testable import ParleyClient

struct RetryBudgetTests {
    let start = ContinuousClock.now

    @Test func thereAreAFewRetriesAtFirst() {
        var budget = RetryBudget(now: start)
        let allowed = (0..<20).filter { _ in budget.withdraw(now: start) }.count
        #expect(allowed == 5)
    }

    @Test func successEarnsATenthOfARetry() {
        var budget = RetryBudget(now: start)
        while budget.withdraw(now: start) {}
        var allowed = 0
        for _ in 0..<1000 {
            budget.succeeded()
            if budget.withdraw(now: start) { allowed += 1 }
        }
        #expect((98...100).contains(allowed))
    }

    @Test func savingsAreLimited() {
        var budget = RetryBudget(now: start)
        for _ in 0..<1000 { budget.succeeded() }
        let allowed = (0..<100).filter { _ in budget.withdraw(now: start) }.count
        #expect(allowed == 10)
    }

    @Test func whoCallsSeldomEarnsARetryInTenSeconds() {
        var budget = RetryBudget(now: start)
        while budget.withdraw(now: start) {}
        let early = budget.withdraw(now: start + .seconds(9))
        let late = budget.withdraw(now: start + .seconds(11))
        #expect(!early && late)
    }
}

struct RetryPolicyTests {
    @Test func pausesAreJitteredAndDouble() {
        var random = SystemRandomNumberGenerator()
        let policy = RetryPolicy()
        for _ in 0..<1000 {
            let first = policy.pause(before: 1, asked: nil, using: &random)
            let second = policy.pause(before: 2, asked: nil, using: &random)
            #expect(first.map { (.zero ... .milliseconds(500)).contains($0) } == true)
            #expect(second.map { (.zero ... .seconds(1)).contains($0) } == true)
        }
        let third = policy.pause(before: 3, asked: nil, using: &random)
        #expect(third == nil)
    }

    @Test func whatIsAskedForIsTheLeastAndTwoSecondsTheMost() {
        var random = SystemRandomNumberGenerator()
        let policy = RetryPolicy()
        let short = policy.pause(before: 1, asked: .milliseconds(1500), using: &random)
        let long = policy.pause(before: 1, asked: .milliseconds(2001), using: &random)
        #expect(short == .milliseconds(1500))
        #expect(long == nil)
    }
}

struct RetryAfterTests {
    /// Sun, 06 Nov 1994 08:49:37 GMT, the example of RFC 9110.
    static let now: Int64 = 784_111_777

    private func read(_ value: String?, milliseconds: String? = nil) -> Duration? {
        RetryAfter.read(milliseconds: milliseconds, value: value, now: Self.now, ceiling: .seconds(120))
    }

    @Test(arguments: [
        ("0", Duration.zero), ("7", .seconds(7)), ("1.5", .milliseconds(1500)), ("120", .seconds(120)),
        ("121", .seconds(120)), ("1e9", .seconds(120)), ("1e300", .seconds(120)),
        ("Sun, 06 Nov 1994 08:49:37 GMT", .zero), ("Sun, 06 Nov 1994 08:50:07 GMT", .seconds(30)),
        ("Sat, 05 Nov 1994 08:49:37 GMT", .zero), ("Tue, 29 Feb 2028 00:00:00 GMT", .seconds(120)),
    ])
    func isRead(value: String, expected: Duration) {
        #expect(read(value) == expected)
    }

    @Test(arguments: [
        "-1", "soon", "", "nan", "inf", "Sun, 06 Nov 1994", "Sun, 06 Foo 1994 08:49:37 GMT", "Sun, 99 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 99999999999999999999 08:49:37 GMT", "Sun, 06 Nov 1994 99:99:99 GMT",
    ])
    func garbageIsNothing(value: String) {
        #expect(read(value) == nil)
    }

    @Test func millisecondsComeFirst() {
        #expect(read("7", milliseconds: "250") == .milliseconds(250))
        #expect(read("7", milliseconds: "x") == .seconds(7))
        #expect(read(nil, milliseconds: "-5") == nil)
    }
}
