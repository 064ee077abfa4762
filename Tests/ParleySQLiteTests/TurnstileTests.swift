import Parley
import Testing

@testable import ParleySQLite

@Suite(.timeLimit(.minutes(1))) struct TurnstileTests {
    @Test func noMoreThanItsPlacesAreInside() async throws {
        let turnstile = Turnstile(places: 2)
        let inside = Shared((now: 0, most: 0))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    try await turnstile.pass {
                        inside.update {
                            $0.now += 1
                            $0.most = max($0.most, $0.now)
                        }
                        await Task.yield()
                        inside.update { $0.now -= 1 }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(inside.value.most == 2)
    }

    @Test func whoWaitsCanGiveUp() async throws {
        let turnstile = Turnstile(places: 1)
        let (started, report) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let (gate, open) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let holder = Task {
            try await turnstile.pass {
                report.yield()
                for await _ in gate { break }
            }
        }
        for await _ in started { break }
        let waiter = Task { try await turnstile.pass {} }
        waiter.cancel()
        await #expect(throws: CancellationError.self) { try await waiter.value }
        open.yield()
        try await holder.value
        try await turnstile.pass {}
    }

    @Test func tooManyWhoWaitAreRefused() async throws {
        let turnstile = Turnstile(places: 1, limit: 0)
        _ = try await turnstile.pass {
            await #expect(throws: ParleyError.self) { try await turnstile.pass {} }
        }
    }
}
