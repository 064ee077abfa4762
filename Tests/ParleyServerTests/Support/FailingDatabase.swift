import Foundation
import Parley
import ParleyStore
import Synchronization

/// A disk that a test fills and empties.
final class FullDisk: Sendable {
    private let state = Mutex((isFull: false, refused: 0))

    var isFull: Bool {
        get { state.withLock(\.isFull) }
        set { state.withLock { $0.isFull = newValue } }
    }

    /// How many writes were refused.
    var refused: Int { state.withLock(\.refused) }

    /// The ground of a server whose database is on this disk.
    func ground(_ directory: URL? = nil, patience: Duration = .seconds(10)) -> TestServer.Ground {
        TestServer.Ground(
            directory: directory,
            database: { FailingDatabase(base: $0, disk: self) },
            storagePatience: patience
        )
    }

    fileprivate func check() throws {
        try state.withLock { state in
            guard state.isFull else { return }
            state.refused += 1
            throw ParleyError(.storageFull, "The disk is full.")
        }
    }
}

/// A database on a disk that may be full: then it can only be read.
private struct FailingDatabase: Database {
    let base: any Database
    let disk: FullDisk

    var dialect: any Dialect { base.dialect }

    func read<Value>(_ job: (any Connection) throws -> Value) throws -> Value { try base.read(job) }

    func readLong<Value: Sendable>(_ job: @escaping @Sendable (any Connection) throws -> Value) async throws -> Value {
        try await base.readLong(job)
    }

    func read<Value: Sendable>(
        within limit: Duration,
        orThrow expired: ParleyError,
        _ job: @escaping @Sendable (any Connection) throws -> Value
    ) async throws -> Value {
        try await base.read(within: limit, orThrow: expired, job)
    }

    func readNow<Value>(
        within limit: Duration,
        orThrow expired: ParleyError,
        _ job: (any Connection) throws -> Value
    ) throws -> Value {
        try base.readNow(within: limit, orThrow: expired, job)
    }

    func write<Value: Sendable>(
        _ lane: WriteLane,
        _ job: @escaping @Sendable (any Connection) throws -> Value
    ) async throws -> Value {
        try disk.check()
        return try await base.write(lane, job)
    }

    func enqueue(
        _ lane: WriteLane,
        _ job: @escaping @Sendable (any Connection) throws -> Void,
        failed: @escaping @Sendable (any Error) -> Void
    ) {
        if disk.isFull { return failed(ParleyError(.storageFull, "The disk is full.")) }
        base.enqueue(lane, job, failed: failed)
    }

    func close() async { await base.close() }

    func status() async throws -> DatabaseStatus { try await base.status() }

    func copy() async throws -> any DatabaseCopy { try await base.copy() }

    func vacuum(full: Bool, _ tell: WorkListener) async throws { try await base.vacuum(full: full, tell) }

    func makeRoom() { base.makeRoom() }

    func giveBackSpace(_ tell: (_ pages: Int) async -> Void) async throws -> Bool { try await base.giveBackSpace(tell) }

    var logHoldsRemoved: Bool { base.logHoldsRemoved }

    func examine<Value: Sendable>(_ job: @escaping @Sendable (any Connection) throws -> Value) async throws -> Value {
        try await base.examine(job)
    }

    func integrity() async throws -> [String] { try await base.integrity() }
}
