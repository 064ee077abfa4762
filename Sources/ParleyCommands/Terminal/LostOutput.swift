import Foundation
import Parley
import Synchronization

/// What could not be written to standard output, and what that means for the command's end.
enum LostOutput {
    private static let failure = Mutex<Int32?>(nil)

    /// Remembers the first failure; a reader that has gone, as `head` does, is none.
    static func note(_ number: Int32, _ descriptor: Int32) {
        guard descriptor == STDOUT_FILENO, number != EPIPE else { return }
        failure.withLock { if $0 == nil { $0 = number } }
    }

    /// - Throws: when something that was shown did not get to where it was to go.
    static func check() throws {
        if let number = failure.withLock({ $0 }) { throw error(number) }
    }

    /// The error of a write; ``ReaderLeft`` when nobody reads any more.
    static func error(_ number: Int32) -> any Error {
        if number == EPIPE { return ReaderLeft() }
        let reason = unsafe String(cString: strerror(number))
        return ParleyError(
            number == ENOSPC ? .storageFull : .storageGone,
            "The output could not be written: \(reason)."
        )
    }
}

/// Whoever read the output has left: the command ends, and nothing is wrong.
struct ReaderLeft: Error {}
