import Foundation
import Parley
import ParleySQLite
import ParleyStore
import Testing

struct LockTests {
    private let place: Place

    init() throws { place = try Place() }

    @Test func aSecondOpeningNamesWhoHasIt() async throws {
        let database = try place.open()
        let error = #expect(throws: ParleyError.self) { try place.open() }
        #expect(error?.code == .databaseLocked)
        #expect(error?.message.contains("process \(getpid())") == true)
        try await database.note("still writing")
        await database.close()
    }

    @Test func theHolderTellsWhereItTakesCommands() async throws {
        #expect(LockFile.holder(of: place.path) == nil)
        var settings = place.settings()
        settings.socket = "/run/parley.sock"
        let database = try SQLiteDatabase.open(settings)
        #expect(LockFile.holder(of: place.path) == LockOwner(pid: getpid(), socket: "/run/parley.sock"))
        await database.close()
        #expect(LockFile.holder(of: place.path) == nil)
    }

    @Test func aLockFileThatWasLeftBehindLocksNothing() async throws {
        try place.write(Array(#"{"pid":1}"#.utf8), ".lock")
        #expect(LockFile.holder(of: place.path) == nil)
        let database = try place.open()
        #expect(LockFile.holder(of: place.path)?.pid == getpid())
        await database.close()
    }

    @Test func askingForTheHolderDoesNotKeepAnybodyOut() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { [place] in
                for _ in 0..<2_000 where !Task.isCancelled { _ = LockFile.holder(of: place.path) }
            }
            for _ in 0..<20 { try await place.openAndClose() }
            group.cancelAll()
        }
    }
}

extension Place {
    fileprivate func openAndClose() async throws {
        let database = try open()
        await database.close()
    }
}
