import Crypto
package import Parley
import Synchronization

/// The product's SQL, written once, over any ``Database``.
///
/// Reads run at once on the caller's thread; writes go through the database's group commit and return when they are
/// durable. Every statement on what a user owns names the owner.
package final class Store: Sendable {
    let database: any Database
    /// This process's row, named by the turns it runs.
    let process: Int64
    let unrecorded = UnrecordedTurns()
    let paths = PathCache()
    let keys = Mutex(KnownKeys())
    let importing = ImportGate()
    /// Prunes and erasures are carried out one after the other.
    let keeping = Gate()
    /// Every limit that was set; only this process changes them.
    let allowances: KnownAllowances
    /// When the key that seals was looked at last.
    let sealedSince = Mutex(Timestamp.now.milliseconds)
    let searching: SearchLimits
    private let hashers = Mutex<[User.ID: ItemHasher]>([:])

    /// Takes an open, migrated database, sees to it that the local user exists, and ends the turns that died with the
    /// process before this one.
    ///
    /// All of it as maintenance, so that a server starts, and reads, also on a full disk.
    package init(
        _ database: any Database,
        host: String,
        pid: Int32,
        searching: SearchLimits = SearchLimits()
    ) async throws {
        self.database = database
        self.searching = searching
        let (process, allowances) = try await database.write(.maintenance) { connection in
            try Self.addLocalUser(connection)
            try Seal.rotate(connection)
            try Self.forgetPieces(connection)
            try SearchRebuild.beginIfOutdated(connection)
            let process = try Self.register(host: host, pid: pid, connection)
            try SpendingRows.recover(process: process, connection)
            return (process, try Self.allowances(connection))
        }
        self.process = process
        self.allowances = KnownAllowances(allowances)
        try await recover()
    }

    /// The hasher of a user's items; the key is read once.
    func hasher(of owner: User.ID) throws -> ItemHasher {
        if let hasher = hashers.withLock({ $0[owner] }) { return hasher }
        let key = try database.read { connection in
            try connection.row("SELECT hash_key FROM person WHERE id = ?", .integer(owner.rawValue)) {
                try $0.blobOrNil(0)
            }
        }
        guard let key = key ?? nil else { throw ParleyError.notFound("User", owner.rawValue) }
        let hasher = ItemHasher(key: key)
        hashers.withLock { $0[owner] = hasher }
        return hasher
    }

    /// The key is gone: from now on nothing can be added for this user.
    func forgetHasher(of owner: User.ID) { hashers.withLock { $0[owner] = nil } }

    /// SHA-256, for what needs no key.
    static func digest(_ bytes: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: bytes)) }

    private static func register(host: String, pid: Int32, _ connection: any Connection) throws -> Int64 {
        let now = Value.integer(Timestamp.now.milliseconds)
        let row = try connection.row(
            """
            INSERT INTO process (host, pid, started_at, beat_at)
            VALUES (?, ?, ?, ?)
            RETURNING id
            """,
            .text(host),
            .integer(Int(pid)),
            now,
            now
        ) { try $0.integer(0) }
        guard let row else { throw ParleyError(.internalError, "The process could not be registered.") }
        return row
    }
}

extension Store: Storage {
    package func status() async throws -> DatabaseStatus { try await database.status() }

    package func copy() async throws -> any DatabaseCopy { try await database.copy() }

    package func vacuum(full: Bool, _ tell: WorkListener) async throws {
        try await giveBackSpace(tell)
        if full { try await database.vacuum(full: true, tell) }
    }
}
