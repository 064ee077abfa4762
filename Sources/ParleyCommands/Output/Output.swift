import Parley

/// Shows the results of commands.
struct Output: Sendable {
    let terminal: Terminal
    let format: OutputFormat

    init(_ format: OutputFormat, on terminal: Terminal = Terminal()) {
        self.format = format
        self.terminal = terminal
    }

    /// Shows a result.
    ///
    /// `shown` is worked out only for people.
    func show(_ json: JSON, as shown: @autoclosure () -> Shown) {
        switch format {
        case .json: terminal.json(json)
        case .text: show(shown())
        }
    }

    private func show(_ shown: Shown) {
        switch shown {
        case .table(let table): table.lines(on: terminal).forEach(terminal.line)
        case .fields(let fields):
            let width = fields.map { DisplayWidth.of($0.name) }.max() ?? 0
            for field in fields {
                let name = DisplayWidth.padded(field.name, to: width)
                terminal.line("\(terminal.styled(name, .dim))  \(Terminal.safe(field.value))")
            }
        case .lines(let lines): lines.forEach(terminal.line)
        }
    }
}
