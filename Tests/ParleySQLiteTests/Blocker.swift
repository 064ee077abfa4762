import Dispatch
import Parley
import ParleySQLite
import ParleyStore

/// Keeps the writer busy until told otherwise, so that a test decides what waits.
struct Blocker {
    private let gate = DispatchSemaphore(value: 0)
    private let running: Task<Void, any Error>

    /// Returns when the writer is inside the blocking job.
    init(_ database: SQLiteDatabase) async {
        let (started, report) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        running = Task { [gate] in
            try await database.write(.turn) { _ in
                report.yield()
                gate.wait()
            }
        }
        for await _ in started { break }
    }

    /// Lets the writer go on.
    func release() async throws {
        gate.signal()
        try await running.value
    }
}

extension SQLiteDatabase {
    /// Returns when so many jobs wait.
    func untilWaiting(_ count: Int) async throws {
        while try await status().queuedJobs < count { await Task.yield() }
    }
}
