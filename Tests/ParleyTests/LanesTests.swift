import Parley
import Synchronization
import Testing

/// One turn at a time works on a conversation.
@Suite(.timeLimit(.minutes(1)))
struct LanesTests {
    private let conversation = Conversation.ID.random()

    private final class Record: Sendable {
        let order = Mutex<[Int]>([])
        let inside = Atomic(0)
        let entered = Atomic(0)
    }

    @Test func turnsEnterInOrder() async throws {
        let lanes = Lanes()
        let record = Record()
        try await lanes.enter(conversation)
        try await withThrowingTaskGroup { group in
            for number in 0..<4 {
                let waiting = number
                group.addTask {
                    try await lanes.enter(conversation)
                    record.order.withLock { $0.append(waiting) }
                    lanes.leave(conversation)
                }
                while lanes.waiting(for: conversation) <= number { await Task.yield() }
            }
            lanes.leave(conversation)
            try await group.waitForAll()
        }
        #expect(record.order.withLock { $0 } == [0, 1, 2, 3])
        #expect(!lanes.isBusy(conversation))
    }

    @Test func theNinthWaiterIsTurnedAway() async throws {
        let lanes = Lanes()
        try await lanes.enter(conversation)
        await withThrowingTaskGroup { group in
            for _ in 0..<8 { group.addTask { try await lanes.enter(conversation) } }
            while lanes.waiting(for: conversation) < 8 { await Task.yield() }
            await #expect { try await lanes.enter(conversation) } throws: {
                ($0 as? ParleyError)?.code == .conversationLocked
            }
            group.cancelAll()
        }
        #expect(lanes.waiting(for: conversation) == 0)
    }

    @Test func patienceEnds() async throws {
        let lanes = Lanes(patience: .milliseconds(20))
        try await lanes.enter(conversation)
        await #expect { try await lanes.enter(conversation) } throws: {
            ($0 as? ParleyError)?.code == .conversationLocked
        }
        lanes.leave(conversation)
        try await lanes.enter(conversation)
    }

    @Test func aCancelledWaiterLeavesTheLaneToTheNext() async throws {
        let lanes = Lanes()
        try await lanes.enter(conversation)
        let waiter = Task { try await lanes.enter(conversation) }
        while lanes.waiting(for: conversation) < 1 { await Task.yield() }
        waiter.cancel()
        await #expect(throws: CancellationError.self) { try await waiter.value }
        lanes.leave(conversation)
        #expect(!lanes.isBusy(conversation))
        try await lanes.enter(conversation)
    }

    @Test func conversationsDoNotWaitForOneAnother() async throws {
        let lanes = Lanes()
        try await lanes.enter(conversation)
        try await lanes.enter(.random())
    }

    @Test func neverAreTwoInsideUnderLoad() async throws {
        let lanes = Lanes()
        let record = Record()
        await withTaskGroup { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<200 where (try? await lanes.enter(conversation)) != nil {
                        if record.inside.add(1, ordering: .sequentiallyConsistent).newValue > 1 {
                            Issue.record("Two turns in one lane.")
                        }
                        record.entered.add(1, ordering: .relaxed)
                        await Task.yield()
                        record.inside.subtract(1, ordering: .sequentiallyConsistent)
                        lanes.leave(conversation)
                    }
                }
            }
        }
        #expect(record.entered.load(ordering: .relaxed) == 1600)
    }
}
