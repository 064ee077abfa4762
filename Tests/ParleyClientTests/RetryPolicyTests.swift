import Testing

@testable import ParleyClient

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
