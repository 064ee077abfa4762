import Parley

/// A key that was just made, shown this once.
enum NewKeyText {
    static func show(_ key: JSON, on output: Output, _ settings: Settings) {
        let text = key["key"]?.string ?? ""
        output.show(key, as: .lines([Terminal.safe(text)]))
        guard output.terminal.isInteractive, case .text = output.format else { return }
        output.terminal.note(
            """

            It will not be shown again. Programs that use OpenAI's API take it from their environment:
              export OPENAI_API_KEY=\(text)
            \(ServeCommand.exports("http://\(settings.host):\(settings.port)").map { "  " + $0 }.joined(separator: "\n"))
            """
        )
    }
}
