import Foundation
import Parley

/// Shows long text page by page, where somebody looks at it.
enum Pager {
    /// Writes lines that are safe already: through the pager when they do not fit into the window, else as they are.
    ///
    /// The pager is `$PAGER`, or `less`; empty means none.
    static func show(
        _ lines: [String],
        on terminal: Terminal,
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) {
        let command = environment["PAGER"] ?? "less"
        guard terminal.isInteractive, terminal.hasKeyboard, lines.count >= terminal.height, !command.isEmpty,
            page(lines.joined(separator: "\n") + "\n", command)
        else { return lines.forEach(terminal.line) }
    }

    /// - Returns: whether the pager could be started.
    ///
    /// In this process's own group, or the terminal would stop it.
    private static func page(_ text: String, _ command: String) -> Bool {
        // Colours are kept, and a text that fits after all is not held up.
        _ = unsafe setenv("LESS", "FRX", 0)
        guard let pager = unsafe popen(command, "w") else { return false }
        // One that is left before the end is no error, and Ctrl-C is the pager's.
        let before = (pipe: signal(SIGPIPE, SIG_IGN), interrupt: signal(SIGINT, SIG_IGN))
        defer {
            signal(SIGPIPE, before.pipe)
            signal(SIGINT, before.interrupt)
        }
        Terminal.write(text, to: unsafe fileno(pager))
        let status = unsafe pclose(pager)
        return (status >> 8) & 0xFF != 127
    }
}
