import Parley
import ParleyStore
import Synchronization

/// A database that counts what is asked of it, and lets a test look after each write.
final class WatchedDatabase: Database {
    private let base: any Database
    private let counted = Mutex((statements: 0, rows: 0))
    private let afterWrite: @Sendable () throws -> Void

    init(_ base: any Database, afterWrite: @escaping @Sendable () throws -> Void = {}) {
        self.base = base
        self.afterWrite = afterWrite
    }

    /// How many queries were run and how many rows they returned.
    var counts: (statements: Int, rows: Int) { counted.withLock { $0 } }

    private let longestJob = Mutex(Duration.zero)

    private let refusal = Mutex<ParleyError?>(nil)

    /// What is said to writes that nobody waits for.
    var refuses: ParleyError? {
        get { refusal.withLock { $0 } }
        set { refusal.withLock { $0 = newValue } }
    }

    /// How long the longest write job took.
    var longest: Duration { longestJob.withLock { $0 } }

    private let longReads = Mutex((count: 0, longest: Duration.zero))

    /// How many reads there were off the caller's thread, and how long the longest took.
    var reads: (count: Int, longest: Duration) { longReads.withLock { $0 } }

    private func note(_ duration: Duration) {
        longestJob.withLock { $0 = max($0, duration) }
    }

    var dialect: any Dialect { base.dialect }

    func read<Value>(_ job: (any Connection) throws -> Value) throws -> Value {
        try base.read { try job(Watched(base: $0, database: self)) }
    }

    func readLong<Value: Sendable>(_ job: @escaping @Sendable (any Connection) throws -> Value) async throws -> Value {
        try await base.readLong { connection in
            let start = ContinuousClock.now
            defer {
                self.longReads.withLock { $0 = ($0.count + 1, max($0.longest, ContinuousClock.now - start)) }
            }
            return try job(Watched(base: connection, database: self))
        }
    }

    func read<Value: Sendable>(
        within limit: Duration,
        orThrow expired: ParleyError,
        _ job: @escaping @Sendable (any Connection) throws -> Value
    ) async throws -> Value {
        try await base.read(within: limit, orThrow: expired) { try job(Watched(base: $0, database: self)) }
    }

    func readNow<Value>(
        within limit: Duration,
        orThrow expired: ParleyError,
        _ job: (any Connection) throws -> Value
    ) throws -> Value {
        try base.readNow(within: limit, orThrow: expired) { try job(Watched(base: $0, database: self)) }
    }

    func write<Value: Sendable>(
        _ lane: WriteLane,
        _ job: @escaping @Sendable (any Connection) throws -> Value
    ) async throws -> Value {
        let value = try await base.write(lane) { connection in
            let start = ContinuousClock.now
            defer { self.note(ContinuousClock.now - start) }
            return try job(connection)
        }
        try afterWrite()
        return value
    }

    func enqueue(
        _ lane: WriteLane,
        _ job: @escaping @Sendable (any Connection) throws -> Void,
        failed: @escaping @Sendable (any Error) -> Void
    ) {
        if let refusal = refuses { return failed(refusal) }
        base.enqueue(lane, job, failed: failed)
    }

    func makeRoom() { base.makeRoom() }

    func giveBackSpace(_ tell: (_ pages: Int) async -> Void) async throws -> Bool { try await base.giveBackSpace(tell) }

    var logHoldsRemoved: Bool { base.logHoldsRemoved }

    func close() async { await base.close() }

    func copy() async throws -> any DatabaseCopy { try await base.copy() }

    func vacuum(full: Bool, _ tell: WorkListener) async throws { try await base.vacuum(full: full, tell) }

    func examine<Value: Sendable>(_ job: @escaping @Sendable (any Connection) throws -> Value) async throws -> Value {
        try await base.examine(job)
    }

    func integrity() async throws -> [String] { try await base.integrity() }

    func status() async throws -> DatabaseStatus { try await base.status() }

    private struct Watched: Connection {
        let base: any Connection
        let database: WatchedDatabase

        var dialect: any Dialect { base.dialect }

        func run(_ sql: String, _ arguments: [Value]) throws -> Int { try base.run(sql, arguments) }

        func rows<Result>(
            _ sql: String,
            _ arguments: [Value],
            _ decode: (any Row) throws -> Result
        ) throws -> [Result] {
            let rows = try base.rows(sql, arguments, decode)
            database.counted.withLock {
                $0.statements += 1
                $0.rows += rows.count
            }
            return rows
        }
    }
}
