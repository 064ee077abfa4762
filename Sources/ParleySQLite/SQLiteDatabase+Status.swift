import CParleySQLite
import GRDB
package import Parley
import ParleyStore

extension SQLiteDatabase {
    package func status() async throws -> DatabaseStatus {
        let pages = try await readLong { connection in
            try ["user_version", "freelist_count", "page_size"].map { name in
                try connection.row("PRAGMA \(name)") { try $0.integer(0) } ?? 0
            }
        }
        let writing = writer.state { (waiting: $0.waiting, commits: $0.commits, jobs: $0.jobs, refusal: $0.refusal) }
        return DatabaseStatus(
            engine: dialect.name,
            engineVersion: unsafe String(cString: sqlite3_libversion()),
            location: files.path,
            schemaVersion: Int(pages[0]),
            size: FileFacts(of: files.path)?.size ?? 0,
            logSize: FileFacts(of: files.path + "-wal")?.size ?? 0,
            freeSize: pages[1] * pages[2],
            queuedJobs: writing.waiting,
            commits: writing.commits,
            jobs: writing.jobs,
            refusal: writing.refusal,
            diskFree: files.disk.free,
            hasReserve: files.reserve.isHeld
        )
    }
}
