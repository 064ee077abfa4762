import Dispatch
import GRDB
import Glibc
package import Parley
package import ParleyStore

extension SQLiteDatabase {
    package func copy() async throws -> any DatabaseCopy {
        let size = (FileFacts(of: files.path)?.size ?? 0) + (FileFacts(of: files.path + "-wal")?.size ?? 0)
        try requireRoom(size, for: "A backup", "Make room; the copy is made there first.")
        let path = files.path + Self.copySuffix + Snapshot.randomPart
        do {
            try await snapshot(to: path)
            return try OpenCopy(path)
        } catch {
            _ = unsafe unlink(path)
            throw error
        }
    }

    /// How the name begins that a copy has while it is made; a random part follows.
    static let copySuffix = ".backup-copy-"

    private func requireRoom(_ needed: Int64, for purpose: String, _ advice: String) throws {
        guard let free = files.disk.free, free < needed + files.disk.lowWater else { return }
        throw ParleyError(
            .storageFull,
            "\(purpose) needs \(needed >> 20) MiB on the disk of the database beside the \(files.disk.lowWater >> 20) MiB "
                + "that are kept free, and \(free >> 20) MiB are free. \(advice)"
        )
    }

    package func examine<Value: Sendable>(
        _ job: @escaping @Sendable (any Connection) throws -> Value
    ) async throws -> Value {
        try await onOwnConnection { try job(SQLiteConnection($0)) }
    }

    package func integrity() async throws -> [String] { try await check(isThorough: true) }

    package func vacuum(full: Bool, _ tell: WorkListener) async throws {
        guard full else {
            try await giveBackSpace { _ in }
            return
        }
        // The new file is in the log before it is in its place.
        let needed = 2 * (FileFacts(of: files.path)?.size ?? 0)
        try requireRoom(needed, for: "Writing it anew", "Make room, or leave out --full.")
        await tell(WorkProgress(.file))
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            pool.asyncWriteWithoutTransaction { database in
                let done = Result {
                    try Pragmas.withTemporaryFiles(database) { try database.execute(sql: "VACUUM") }
                }
                continuation.resume(with: done.mapError(ParleyError.translating))
            }
        }
        _ = await writer.emptyLog()
    }
}

/// A file that is open and has no name any more.
private final class OpenCopy: DatabaseCopy {
    let size: Int64
    private let descriptor: Int32

    init(_ path: String) throws {
        descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        let code = errno
        _ = unsafe unlink(path)
        guard descriptor >= 0 else { throw ParleyError.cannotCreate(path, code) }
        size = FileFacts(ofDescriptor: descriptor)?.size ?? 0
    }

    deinit { close(descriptor) }

    func bytes(from offset: Int64, count: Int) throws -> [UInt8] {
        var failure: Int32 = 0
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            let read = unsafe pread(descriptor, buffer.baseAddress, count, off_t(offset))
            if read < 0 { failure = errno }
            filled = max(read, 0)
        }
        guard failure == 0 else {
            throw ParleyError.internal(SQLiteFailure(code: 0, systemError: failure, message: "the copy"))
        }
        return bytes
    }
}
