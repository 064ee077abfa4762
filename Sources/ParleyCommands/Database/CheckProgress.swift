import Foundation
import Parley
import Synchronization

/// How far a check is, on a terminal, and only when it takes longer than a moment.
final class CheckProgress: Sendable {
    private let started = ContinuousClock.now
    private let isShown = isatty(STDERR_FILENO) == 1
    private let hasLine = Mutex(false)

    func show(_ progress: JSON) {
        guard isShown, ContinuousClock.now - started > .seconds(1) else { return }
        let items = progress["items"]?.int ?? 0
        let text = "\(progress["subject"]?.string ?? "")\(items > 0 ? ": \(items) items" : "")"
        write("\r\u{1B}[K" + Terminal.safe(text))
        hasLine.withLock { $0 = true }
    }

    func clear() {
        if hasLine.withLock({ $0 }) { write("\r\u{1B}[K") }
    }

    private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}
