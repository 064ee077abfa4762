/// How far an export has come, on a terminal, once it takes longer than a second.
struct ExportProgress {
    let terminal: Terminal
    private var next = ContinuousClock.now + .seconds(1)
    private var isVisible = false

    init(on terminal: Terminal) {
        self.terminal = terminal
    }

    mutating func tell(_ bytes: Int) {
        guard ContinuousClock.now >= next else { return }
        next = ContinuousClock.now + .milliseconds(200)
        isVisible = terminal.progress("\(ByteText.of(bytes)) written")
    }

    /// Takes the line away.
    mutating func finish() {
        if isVisible { isVisible = terminal.progress("") }
    }
}
