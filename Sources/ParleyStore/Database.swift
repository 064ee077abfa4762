package import Parley

/// A database engine, as the store sees it.
///
/// The drivers own the threads: a job is a synchronous closure that runs on a connection, start to end. SQL is the
/// subset that SQLite and PostgreSQL share, with `?` as the placeholder.
package protocol Database: Storage {
    /// What differs between engines.
    var dialect: any Dialect { get }

    /// Runs `job` at once on a read-only connection, on the caller's thread, in one snapshot.
    ///
    /// For the short reads of a turn: at most a few hundred rows. Throws ``ParleyError``.
    func read<Value>(_ job: (any Connection) throws -> Value) throws -> Value

    /// Runs `job` on a read-only connection off the caller's thread, for anything that may take longer.
    func readLong<Value: Sendable>(_ job: @escaping @Sendable (any Connection) throws -> Value) async throws -> Value

    /// Runs `job` on a read-only connection off the caller's thread, and no longer than `limit`.
    ///
    /// - Throws: `expired` when it took longer.
    func read<Value: Sendable>(
        within limit: Duration,
        orThrow expired: ParleyError,
        _ job: @escaping @Sendable (any Connection) throws -> Value
    ) async throws -> Value

    /// The same at once on the caller's thread.
    func readNow<Value>(
        within limit: Duration,
        orThrow expired: ParleyError,
        _ job: (any Connection) throws -> Value
    ) throws -> Value

    /// Runs `job` in a savepoint of the next group commit and returns when that commit is durable.
    ///
    /// The job may run twice (a transaction that was rolled back is repeated job by job), so it must have no effect
    /// outside the database. It is carried out even when the caller is cancelled. At most 10 ms of work.
    /// - Throws: what the job threw (its savepoint is rolled back, its neighbours are not touched), or
    ///   ``ParleyError/Code/storageFull``, ``ParleyError/Code/storageReadOnly``, ``ParleyError/Code/storageGone``,
    ///   ``ParleyError/Code/overloaded`` when too many jobs wait.
    func write<Value: Sendable>(
        _ lane: WriteLane,
        _ job: @escaping @Sendable (any Connection) throws -> Value
    ) async throws -> Value

    /// Queues `job` for a later group commit without waiting for it; `failed` is told what was against it.
    ///
    /// It may be called at once, or later on any thread, and must not wait.
    func enqueue(
        _ lane: WriteLane,
        _ job: @escaping @Sendable (any Connection) throws -> Void,
        failed: @escaping @Sendable (any Error) -> Void
    )

    /// Gives up the space that is held back for a full disk, when the disk is that, so that something can be removed.
    ///
    /// It is taken again once there is enough.
    func makeRoom()

    /// Gives unused space back to the disk, in slices, and empties the log.
    ///
    /// What was removed is in none of the files afterwards, unless a reader holds the log for long: then it is tried again
    /// and again behind the caller. `tell` is handed how many pages are still to be given back.
    /// - Returns: whether the log is empty.
    @discardableResult
    func giveBackSpace(_ tell: (_ pages: Int) async -> Void) async throws -> Bool

    /// Whether what was removed is still in the log, because somebody reads from it.
    var logHoldsRemoved: Bool { get }

    /// Runs `job` on a read-only connection of its own, for as long as it takes.
    ///
    /// Each statement sees a snapshot of its own, so that the log can be emptied in between.
    func examine<Value: Sendable>(_ job: @escaping @Sendable (any Connection) throws -> Value) async throws -> Value

    /// What the engine itself finds wrong with its files; nothing when they are sound.
    func integrity() async throws -> [String]

    /// Waits for queued jobs, truncates the log, and closes. Nothing may be called afterwards.
    func close() async
}

extension Database {
    package func giveBackSpace() async throws { try await giveBackSpace { _ in } }

    /// Queues `job` for a later group commit without waiting for it; what it throws is dropped.
    package func enqueue(_ lane: WriteLane, _ job: @escaping @Sendable (any Connection) throws -> Void) {
        enqueue(lane, job, failed: { _ in })
    }
}

/// Which queue a write waits in: turns go before the others.
package enum WriteLane: Sendable {
    /// Somebody waits for it. Refused while the disk is nearly full.
    case turn
    /// Upkeep, which is written also on a disk that is nearly full: it may be what makes room.
    case maintenance
    /// Much that can be sent again: waits like maintenance, and is refused like a turn.
    case bulk
}

/// What differs between the engines, where one statement cannot serve both.
package protocol Dialect: Sendable {
    /// The engine's name, as in `Migrations/NAME`.
    var name: String { get }

    /// The engine's full-text index.
    var fullText: any FullText { get }

    /// An expression for the bytes of a text in UTF-8.
    func byteCount(of text: String) -> String

    /// A condition that a text holds a part, letter by letter: no part is a pattern, however long or odd it is.
    func holds(_ text: String, _ part: String) -> String
}

/// One connection inside a job.
///
/// Not to be kept after the job has returned.
package protocol Connection {
    /// What differs between engines.
    var dialect: any Dialect { get }

    /// Runs a statement that returns no rows.
    /// - Returns: how many rows it changed.
    @discardableResult
    func run(_ sql: String, _ arguments: [Value]) throws -> Int

    /// Runs a query and decodes each row while it is current.
    func rows<Result>(_ sql: String, _ arguments: [Value], _ decode: (any Row) throws -> Result) throws -> [Result]
}

extension Connection {
    @discardableResult
    package func run(_ sql: String, _ arguments: Value...) throws -> Int { try run(sql, arguments) }

    package func rows<Result>(
        _ sql: String,
        _ arguments: Value...,
        decode: (any Row) throws -> Result
    ) throws -> [Result] {
        try rows(sql, arguments, decode)
    }

    /// The first row, decoded, or `nil`.
    ///
    /// For statements that return at most one.
    package func row<Result>(
        _ sql: String,
        _ arguments: Value...,
        decode: (any Row) throws -> Result
    ) throws -> Result? {
        try rows(sql, arguments, decode).first
    }
}

/// The current row of a query.
///
/// Columns are numbered from 0; a value of another type throws instead of trapping.
package protocol Row {
    func integer(_ column: Int) throws -> Int64
    func integerOrNil(_ column: Int) throws -> Int64?
    func real(_ column: Int) throws -> Double
    func text(_ column: Int) throws -> String
    func textOrNil(_ column: Int) throws -> String?
    func blob(_ column: Int) throws -> [UInt8]
    func blobOrNil(_ column: Int) throws -> [UInt8]?
}

/// A value bound to a placeholder.
package enum Value: Sendable, Hashable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])

    package static func integer(_ value: Int) -> Self { .integer(Int64(value)) }
    package static func integer(_ value: Int64?) -> Self { value.map(Self.integer) ?? .null }
    package static func integer(_ value: Int?) -> Self { value.map { .integer(Int64($0)) } ?? .null }
    package static func text(_ value: String?) -> Self { value.map(Self.text) ?? .null }
    package static func blob(_ value: [UInt8]?) -> Self { value.map(Self.blob) ?? .null }
    package static func bool(_ value: Bool) -> Self { .integer(value ? 1 : 0) }
}
