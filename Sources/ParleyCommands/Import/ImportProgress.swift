import Foundation

/// Says how far an import has come, where somebody sees it, once it takes longer than a second.
struct ImportProgress {
    private let terminal: Terminal
    private let begun = ContinuousClock.now
    private var shown = ContinuousClock.now
    private var file = ""
    private var conversations = 0
    private var items = 0
    private var isVisible = false

    init(on terminal: Terminal) { self.terminal = terminal }

    mutating func begin(_ file: String) { self.file = file }

    mutating func count(_ items: Int) {
        conversations += 1
        self.items += items
        let now = ContinuousClock.now
        guard now - begun > .seconds(1), now - shown > .milliseconds(100) else { return }
        shown = now
        isVisible = terminal.progress("\(file): \(conversations) conversations, \(items) items")
    }

    /// Takes it away again.
    mutating func end() {
        if isVisible { isVisible = terminal.progress("") }
    }
}

extension Terminal {
    /// Shows a line that the next one replaces; `false` when standard error is no terminal, and nothing is shown.
    func progress(_ text: String) -> Bool {
        guard isatty(STDERR_FILENO) == 1 else { return false }
        let line = DisplayWidth.cut(Terminal.safe(text), to: max(width - 1, 1))
        Self.write("\r\u{1B}[K\(line)", to: STDERR_FILENO)
        return true
    }
}
