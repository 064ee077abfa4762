import Dispatch
import Foundation
import ParleySQLite
import ParleyStore

extension SQLiteDatabase {
    /// Writes a note from synchronous code and returns when it was written, or after a minute.
    func enqueueAndWait(_ body: String) -> Bool {
        let written = DispatchSemaphore(value: 0)
        enqueue(.turn) { try $0.run("INSERT INTO note (body) VALUES (?)", .text(body)) }
        // The second job starts when the first one's transaction goes on or is over; the third is in a later commit.
        Task {
            try await self.write(.maintenance) { _ in }
            written.signal()
        }
        return written.wait(timeout: .now() + 60) == .success
    }
}

/// Runs `body` on a thread that may be blocked.
func onOwnThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread { continuation.resume(with: Result { try body() }) }.start()
    }
}
