import Foundation
import Parley
import ParleySQLite
import ParleyStore
import Testing

/// Nothing is acknowledged after the files were taken away.
struct VanishedFilesTests {
    private let place: Place

    init() throws { place = try Place() }

    enum Loss: CaseIterable, Sendable {
        case deleted
        case moved
        case replaced
        case emptied
        case logDeleted
        case indexDeleted
    }

    private func inflict(_ loss: Loss) throws {
        let files = FileManager.default
        switch loss {
        case .deleted: for suffix in ["", "-wal", "-shm"] { try files.removeItem(atPath: place.path + suffix) }
        case .moved: try files.moveItem(atPath: place.path, toPath: place.path + ".old")
        case .replaced:
            try files.copyItem(atPath: place.path, toPath: place.path + ".new")
            try place.rename(".new", "")
        case .emptied: try place.empty()
        case .logDeleted: try files.removeItem(atPath: place.path + "-wal")
        case .indexDeleted: try files.removeItem(atPath: place.path + "-shm")
        }
    }

    @Test(arguments: Loss.allCases) func noWriteIsAcknowledged(_ loss: Loss) async throws {
        let told = Shared<[ParleyError.Code]>([])
        let database = try place.open { error in told.update { $0.append(error.code) } }
        try await database.note("before")
        try inflict(loss)
        for number in 0..<20 {
            #expect(await code { try await database.note("\(number)") } == .storageGone)
        }
        #expect(told.value == [.storageGone])
        await database.close()
    }

    @Test(arguments: Loss.allCases) func theWatchNoticesWithoutAWrite(_ loss: Loss) async throws {
        let told = Shared<[ParleyError.Code]>([])
        let database = try place.open { error in told.update { $0.append(error.code) } }
        database.lookAfterFiles()
        #expect(told.value.isEmpty)
        try inflict(loss)
        database.lookAfterFiles()
        database.lookAfterFiles()
        #expect(told.value == [.storageGone])
        #expect(await code { try await database.note("after") } == .storageGone)
        await database.close()
    }

    @Test func jobsThatWaitAreRefused() async throws {
        let database = try place.open()
        let blocker = await Blocker(database)
        let waiting = (0..<10).map { number in Task { try await database.note("\(number)") } }
        try await database.untilWaiting(10)
        try inflict(.replaced)
        // The blocking job's own commit is checked after it, too.
        #expect(await code { try await blocker.release() } == .storageGone)
        for job in waiting { #expect(await code { try await job.value } == .storageGone) }
        await database.close()
    }

    @Test(arguments: [["", "-wal"], ["-wal"]])
    func closingDoesNotTouchWhatHasTakenItsPlace(_ suffixes: [String]) async throws {
        let database = try place.open()
        try await database.note("before")
        for suffix in suffixes {
            try place.rename(suffix, suffix + ".old")
            try place.write([1, 2, 3], suffix)
        }
        #expect(await code { try await database.note("after") } == .storageGone)
        await database.close()
        for suffix in suffixes { #expect(try place.bytes(suffix) == [1, 2, 3]) }
    }

    @Test(.timeLimit(.minutes(1))) func theServiceNotices() async throws {
        let (stream, report) = AsyncStream<ParleyError.Code>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let database = try place.open { report.yield($0.code) }
        let service = Task { await database.run() }
        try inflict(.moved)
        for await code in stream {
            #expect(code == .storageGone)
            break
        }
        service.cancel()
        await service.value
        await database.close()
    }
}
