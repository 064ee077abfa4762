import Parley

/// What a chat shows, typed or piped.
struct ChatScreen: Sendable {
    let output: Output
    /// Whether a person types; otherwise there are no prompts and no explanations.
    let isTyped: Bool
    let raw: Bool

    var terminal: Terminal { output.terminal }

    func prompt(isOpen: Bool) -> String {
        let sign = isOpen ? "…" : "›"
        guard terminal.hasColours else { return sign + " " }
        // The editor counts nothing between two marks, and shows it with the character that follows.
        return "\u{1}\u{1B}[36m\u{1}\(sign)\u{1}\u{1B}[0m\u{1} "
    }

    /// Tells what a person wants to know and a program does not.
    func explain(_ text: String) {
        if isTyped { terminal.line(terminal.styled(Terminal.safe(text), .dim)) }
    }

    /// Tells what everybody wants to know; programs that read JSON find it on standard error.
    func tell(_ lines: [String]) {
        switch output.format {
        case .text: lines.forEach(terminal.line)
        case .json: lines.forEach(terminal.note)
        }
    }

    func show(_ conversation: JSON, _ items: [JSON]) {
        guard isTyped else { return }
        Transcript(terminal: terminal, raw: raw).lines(conversation, items).forEach(terminal.line)
    }

    func help() {
        let rows = SlashCommand.allCases.map { command in
            let help = command.help
            return (name: "/\(command.rawValue) \(help.argument)".trimmed, value: help.text)
        }
        output.show(.array(rows.map { .string($0.name) }), as: .fields(rows))
        explain("A line that ends with \\ goes on in the next one; so does what stands between two lines of ```.")
    }
}
