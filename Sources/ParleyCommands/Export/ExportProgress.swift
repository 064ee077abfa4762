import Foundation

/// How far an export has come, on a terminal, when it takes longer than a second.
struct ExportProgress {
    private let isShown = isatty(STDERR_FILENO) == 1
    private var next = ContinuousClock.now + .seconds(1)
    private var wasShown = false

    mutating func tell(_ bytes: Int) {
        guard isShown, ContinuousClock.now >= next else { return }
        next = ContinuousClock.now + .milliseconds(200)
        wasShown = true
        Terminal.write("\r\u{1B}[K\(ByteText.of(bytes)) written", to: STDERR_FILENO)
    }

    /// Takes the line away.
    mutating func finish() {
        if wasShown { Terminal.write("\r\u{1B}[K", to: STDERR_FILENO) }
        wasShown = false
    }
}
