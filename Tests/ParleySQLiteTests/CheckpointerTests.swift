import Testing

@testable import ParleySQLite

struct CheckpointerTests {
    private let start = ContinuousClock.now
    private let limits = Checkpointer.Limits()

    private func checkpointer(pages: Int) -> Checkpointer {
        var checkpointer = Checkpointer(now: start)
        checkpointer.committed(pages: pages, now: start)
        return checkpointer
    }

    @Test func aSmallLogIsLeftAlone() {
        #expect(checkpointer(pages: limits.calmPages - 1).action(othersWait: false, logSize: 0) == .none)
    }

    @Test func aLogIsCopiedWhenNobodyWaits() {
        let checkpointer = checkpointer(pages: limits.calmPages)
        #expect(checkpointer.action(othersWait: false, logSize: 0) == .copy)
        #expect(checkpointer.action(othersWait: true, logSize: 0) == .none)
    }

    @Test func aLargeLogIsCopiedEvenWhenOthersWait() {
        #expect(checkpointer(pages: limits.busyPages).action(othersWait: true, logSize: 0) == .copy)
    }

    @Test func aFileThatHasGrownFarIsEmptied() {
        #expect(checkpointer(pages: limits.calmPages).action(othersWait: false, logSize: limits.logSize) == .empty)
    }

    @Test func aFullDiskGetsTheLogsSpaceBackSoon() {
        #expect(checkpointer(pages: limits.tightPages - 1).action(othersWait: true, isTight: true, logSize: 0) == .none)
        #expect(checkpointer(pages: limits.tightPages).action(othersWait: true, isTight: true, logSize: 0) == .empty)
    }

    @Test func whenAReaderHoldsTheLogTheNextAttemptWaitsForMorePages() {
        var checkpointer = checkpointer(pages: 2_000)
        checkpointer.finished(remaining: 1_500, isEmpty: false)
        checkpointer.committed(pages: limits.calmPages - 1, now: start)
        #expect(checkpointer.action(othersWait: false, logSize: 0) == .none)
        checkpointer.committed(pages: 1, now: start)
        #expect(checkpointer.action(othersWait: false, logSize: 0) == .copy)
    }

    @Test func anIdleLogIsEmptiedOnce() {
        var checkpointer = checkpointer(pages: 1)
        #expect(!checkpointer.isDue(isTight: false, now: start + limits.idleTime - .milliseconds(1)))
        #expect(checkpointer.isDue(isTight: false, now: start + limits.idleTime))
        #expect(checkpointer.isDue(isTight: true, now: start))
        checkpointer.finished(remaining: 0, isEmpty: true)
        #expect(!checkpointer.isDue(isTight: true, now: start + limits.idleTime * 2))
    }

    @Test func aLogThatHoldsWhatWasRemovedIsTriedUntilItIsEmpty() {
        var checkpointer = checkpointer(pages: 1)
        checkpointer.finished(remaining: 0, isEmpty: true)
        #expect(!checkpointer.isOwed)
        checkpointer.owe(now: start)
        #expect(checkpointer.isOwed && !checkpointer.isDue(isTight: false, now: start))
        #expect(checkpointer.isDue(isTight: false, now: start + limits.owedTime))
        checkpointer.failed(now: start + limits.owedTime)
        #expect(!checkpointer.isDue(isTight: false, now: start + limits.owedTime))
        // A copy that leaves the file as it is does not do.
        checkpointer.finished(remaining: 0, isEmpty: false)
        #expect(checkpointer.isDue(isTight: false, now: start + limits.owedTime * 2))
        checkpointer.finished(remaining: 0, isEmpty: true)
        #expect(!checkpointer.isOwed && !checkpointer.isDue(isTight: true, now: start + limits.idleTime * 9))
    }

    @Test func aFailedAttemptIsNotRepeatedAtOnce() {
        var checkpointer = checkpointer(pages: limits.calmPages)
        checkpointer.failed(now: start + limits.idleTime)
        #expect(checkpointer.action(othersWait: false, logSize: 0) == .none)
        #expect(!checkpointer.isDue(isTight: false, now: start + limits.idleTime))
    }
}
