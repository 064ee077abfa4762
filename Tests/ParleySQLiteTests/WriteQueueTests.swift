import Parley
import ParleyStore
import Testing

@testable import ParleySQLite

struct WriteQueueTests {
    @Test func theFirstJobStartsTheWriterAndTheOthersWait() {
        var queue = WriteQueue<Int>()
        #expect(queue.admit(1, .turn).isStart)
        #expect(!queue.admit(2, .turn).isStart)
        #expect(queue.waiting == 2)
    }

    @Test func anIdleWriterIsStartedAgain() {
        var queue = WriteQueue<Int>()
        _ = queue.admit(1, .turn)
        let restsWithWork = queue.rest()
        #expect(!restsWithWork)
        #expect(queue.takeCommit() == [1])
        let rests = queue.rest()
        #expect(rests)
        #expect(queue.admit(2, .turn).isStart)
    }

    @Test func turnsGoBeforeMaintenanceAndEachInOrder() {
        var queue = WriteQueue<Int>()
        for job in [1, 2] { _ = queue.admit(job, .maintenance) }
        for job in [3, 4] { _ = queue.admit(job, .turn) }
        #expect(queue.takeCommit() == [3, 4])
        #expect(queue.takeCommit() == [1, 2])
    }

    @Test func maintenanceIsNotPassedOverForEver() {
        var queue = WriteQueue<Int>()
        _ = queue.admit(-1, .maintenance)
        _ = queue.admit(-2, .maintenance)
        var commits: [[Int]] = []
        for job in 0..<10 {
            _ = queue.admit(job, .turn)
            commits.append(queue.takeCommit())
        }
        #expect(commits.prefix(8).allSatisfy { $0.count == 1 })
        #expect(commits[8] == [-1, 8])
        #expect(commits[9] == [9])
    }

    @Test func aCommitTakesNoMoreThanItsLimits() {
        var queue = WriteQueue<Int>()
        for job in 0..<200 { _ = queue.admit(job, .turn) }
        for job in 200..<220 { _ = queue.admit(job, .maintenance) }
        #expect(queue.takeCommit() == Array(0..<128))
        #expect(queue.takeCommit() == Array(128..<200))
        #expect(queue.takeCommit() == Array(200..<208))
    }

    @Test func aCommitThatHasWorkedLongTakesNoMore() {
        var queue = WriteQueue<Int>()
        for job in 0..<3 { _ = queue.admit(job, .turn) }
        #expect(queue.next(spent: .seconds(9)) == 0)
        #expect(queue.next(spent: .milliseconds(9)) == 1)
        #expect(queue.next(spent: .milliseconds(10)) == nil)
    }

    @Test func aTurnThatArrivesStopsMaintenance() {
        var queue = WriteQueue<Int>()
        for job in 0..<3 { _ = queue.admit(job, .maintenance) }
        #expect(queue.next(spent: .zero) == 0)
        _ = queue.admit(9, .turn)
        #expect(queue.next(spent: .zero) == 9)
        #expect(queue.next(spent: .zero) == nil)
    }

    @Test(arguments: [1, 3, 2_048]) func eachLaneHasItsOwnRoom(_ limit: Int) {
        var limits = WriteQueue<Int>.Limits()
        limits.waiting = limit
        var queue = WriteQueue<Int>(limits)
        for job in 0..<limit { #expect(queue.admit(job, .maintenance).refusal == nil) }
        for job in 0..<limit { #expect(queue.admit(job, .turn).refusal == nil) }
        #expect(queue.admit(0, .turn).refusal == .overloaded)
        #expect(queue.admit(0, .maintenance).refusal == .overloaded)
    }

    @Test func aFullDiskRefusesAllButMaintenance() {
        var queue = WriteQueue<Int>()
        queue.isFull = true
        #expect(queue.admit(1, .turn).refusal == .storageFull)
        #expect(queue.admit(1, .bulk).refusal == .storageFull)
        #expect(queue.admit(1, .maintenance).isStart)
        #expect(queue.refusal == .storageFull)
        queue.isFull = false
        #expect(queue.admit(1, .turn).refusal == nil)
    }

    @Test func closingWritesWhatWaits() {
        var queue = WriteQueue<Int>()
        _ = queue.admit(1, .turn)
        queue.close()
        #expect(queue.admit(2, .turn).refusal == .shuttingDown)
        #expect(queue.takeCommit() == [1])
    }

    @Test func whatHappensAfterClosingIsNoMishap() {
        var queue = WriteQueue<Int>()
        queue.close()
        #expect(!queue.isOver)
        queue.finishClosing()
        let waiting = queue.stop(.gone)
        #expect(waiting == nil)
        #expect(queue.refusal == .shuttingDown)
    }

    @Test func stoppingGivesBackWhatWaitsAndIsFinal() {
        var queue = WriteQueue<Int>()
        for job in [1, 2] { _ = queue.admit(job, .turn) }
        _ = queue.admit(3, .maintenance)
        let waiting = queue.stop(.gone)
        #expect(waiting == [1, 2, 3])
        queue.close()
        let again = queue.stop(.gone)
        #expect(again == nil)
        #expect(queue.isOver)
        #expect(queue.admit(4, .turn).refusal == .storageGone)
    }

    @Test func aFailureIsShownUntilSomethingIsWritten() {
        var queue = WriteQueue<Int>()
        queue.finishCommit(written: 0, failure: .storageReadOnly)
        #expect(queue.refusal == .storageReadOnly)
        queue.finishCommit(written: 0)
        #expect(queue.refusal == .storageReadOnly)
        queue.finishCommit(written: 1)
        #expect(queue.refusal == nil)
        #expect(queue.commits == 1)
    }
}

extension WriteQueue {
    /// Everything that goes into the next commit.
    fileprivate mutating func takeCommit() -> [Job] {
        var jobs: [Job] = []
        while let job = next(spent: .zero) { jobs.append(job) }
        finishCommit(written: jobs.count)
        return jobs
    }
}

extension WriteQueue.Admission {
    fileprivate var isStart: Bool {
        if case .start = self { true } else { false }
    }

    fileprivate var refusal: ParleyError.Code? {
        if case .refuse(let error) = self { error.code } else { nil }
    }
}
