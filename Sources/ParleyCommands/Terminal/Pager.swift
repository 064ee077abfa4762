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
            page(lines.joined(separator: "\n") + "\n", command, environment)
        else { return lines.forEach(terminal.line) }
    }

    /// - Returns: whether the pager could be started.
    private static func page(_ text: String, _ command: String, _ environment: [String: String]) -> Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", command]
        // Colours are kept, and a text that fits after all is not held up.
        process.environment = environment.merging(["LESS": "FRX"]) { own, _ in own }
        let pipe = Pipe()
        process.standardInput = pipe
        // One that is left before the end is no error.
        let before = signal(SIGPIPE, SIG_IGN)
        defer { signal(SIGPIPE, before) }
        do { try process.run() } catch { return false }
        try? pipe.fileHandleForWriting.write(contentsOf: Data(text.utf8))
        try? pipe.fileHandleForWriting.close()
        process.waitUntilExit()
        return process.terminationStatus != 127
    }
}
