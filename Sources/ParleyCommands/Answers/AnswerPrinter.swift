import Synchronization

/// Shows an answer as it comes, made safe for the terminal unless raw text is wanted.
final class AnswerPrinter: Sendable {
    private let terminal: Terminal
    private let raw: Bool
    private let state = Mutex((filter: SafeText(), endsLine: true))

    init(on terminal: Terminal, raw: Bool) {
        self.terminal = terminal
        self.raw = raw
    }

    func add(_ piece: String) {
        let shown = state.withLock { state in
            let shown = raw ? piece : state.filter.append(piece)
            if let last = shown.unicodeScalars.last { state.endsLine = last == "\n" }
            return shown
        }
        terminal.write(shown)
    }

    /// Ends the answer with a line end of its own, when it has none.
    func finish() {
        let rest = state.withLock { state in state.filter.finish() + (state.endsLine ? "" : "\n") }
        terminal.write(rest)
    }
}
