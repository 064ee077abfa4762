import Parley
import ParleySQLite
import ParleyStore
import Testing

@Suite(.timeLimit(.minutes(1))) struct GroupCommitTests {
    private let place: Place
    private let database: SQLiteDatabase

    init() throws {
        place = try Place()
        database = try place.open()
    }

    @Test func whatWaitsIsCommittedTogether() async throws {
        let before = try await database.status()
        let blocker = await Blocker(database)
        async let all: Void = withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<50 { group.addTask { try await database.note("\(number)") } }
            try await group.waitForAll()
        }
        try await database.untilWaiting(50)
        try await blocker.release()
        try await all
        let after = try await database.status()
        #expect(after.jobs - before.jobs == 51)
        // The blocking job may have used up its own commit's time.
        #expect(after.commits - before.commits <= 2)
        #expect(try database.notes().count == 50)
    }

    @Test func aJobThatThrowsDoesNotTouchItsNeighbours() async throws {
        struct Refused: Error {}
        let blocker = await Blocker(database)
        let neighbours = ["a", "b", "c"].map { body in
            Task { try await database.note(body) }
        }
        let thrower = Task {
            try await database.write(.turn) { connection in
                try connection.run("INSERT INTO note (body) VALUES ('half')")
                throw Refused()
            }
        }
        try await database.untilWaiting(4)
        try await blocker.release()
        for neighbour in neighbours { try await neighbour.value }
        await #expect(throws: Refused.self) { try await thrower.value }
        #expect(try database.notes().sorted() == ["a", "b", "c"])
    }

    @Test func aJobThatThrowsAloneLeavesNothing() async throws {
        struct Refused: Error {}
        await #expect(throws: Refused.self) {
            try await database.write(.turn) { connection in
                try connection.run("INSERT INTO note (body) VALUES ('half')")
                throw Refused()
            }
        }
        #expect(try database.notes().isEmpty)
        try await database.note("next")
    }

    @Test func aDuplicateIsAConflict() async throws {
        try await database.note("one")
        #expect(await code { try await database.note("one") } == .conflict)
    }

    @Test func aCancelledCallersJobIsStillWritten() async throws {
        let blocker = await Blocker(database)
        let caller = Task { try await database.note("said") }
        try await database.untilWaiting(1)
        caller.cancel()
        try await blocker.release()
        try await caller.value
        #expect(try database.notes() == ["said"])
    }

    @Test func aCallerThatWasCancelledBeforeIsWrittenToo() async throws {
        let caller = Task {
            unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
            try await database.note("said")
        }
        try await caller.value
        #expect(try database.notes() == ["said"])
    }

    @Test func jobsOfALaneAreWrittenInOrderAndTurnsFirst() async throws {
        let blocker = await Blocker(database)
        for number in 0..<3 { database.enqueueNote("maintenance \(number)", .maintenance) }
        for number in 0..<300 { database.enqueueNote("turn \(number)", .turn) }
        try await blocker.release()
        try await database.note("last", .maintenance)
        let expected = (0..<300).map { "turn \($0)" } + (0..<3).map { "maintenance \($0)" } + ["last"]
        #expect(try database.notes() == expected)
    }

    @Test func moreThanMayWaitIsRefusedAtOnce() async throws {
        let other = try Place()
        var settings = other.settings()
        settings.waitingJobs = 4
        let small = try SQLiteDatabase.open(settings)
        let blocker = await Blocker(small)
        for number in 0..<4 { small.enqueueNote("\(number)", .turn) }
        let error = await #expect(throws: ParleyError.self) { try await small.note("too many") }
        #expect(error?.code == .overloaded)
        #expect(error?.retryAfter == .seconds(1))
        try await blocker.release()
        await small.close()
        let reopened = try other.open()
        #expect(try reopened.notes() == ["0", "1", "2", "3"])
        await reopened.close()
    }

    @Test func aJobThatEndsTheTransactionIsNotAcknowledged() async throws {
        let refused = await code {
            try await database.write(.turn) { connection in
                try connection.run("INSERT INTO note (body) VALUES ('lost')")
                try connection.run("ROLLBACK")
            }
        }
        #expect(refused == .internalError)
        try await database.note("next")
        #expect(try database.notes() == ["next"])
    }

    @Test func neighboursOfAJobThatEndsTheTransactionAreRepeated() async throws {
        let blocker = await Blocker(database)
        let first = Task { try await database.note("first") }
        try await database.untilWaiting(1)
        let breaker = Task { try await database.write(.turn) { _ = try $0.run("ROLLBACK") } }
        try await database.untilWaiting(2)
        try await blocker.release()
        try await first.value
        await #expect(throws: ParleyError.self) { try await breaker.value }
        #expect(try database.notes() == ["first"])
    }
}

extension SQLiteDatabase {
    func enqueueNote(_ body: String, _ lane: WriteLane) {
        enqueue(lane) { try $0.run("INSERT INTO note (body) VALUES (?)", .text(body)) }
    }
}
