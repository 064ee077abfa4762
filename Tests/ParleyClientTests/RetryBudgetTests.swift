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
