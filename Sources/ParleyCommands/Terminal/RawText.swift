import ArgumentParser
import Parley

/// When text that somebody else wrote may be shown as it is.
enum RawText {
    static let help: ArgumentHelp = "Write texts as they are, control characters included. Not to a terminal."
    static let forceHelp: ArgumentHelp = "With --raw: to a terminal too."

    /// - Throws: ``ParleyError/Code/invalidValue`` for a terminal, unless it is forced.
    static func isWanted(_ raw: Bool, force: Bool, on terminal: Terminal) throws -> Bool {
        guard raw, terminal.isInteractive, !force else { return raw }
        throw ParleyError(
            .invalidValue,
            "--raw could let a stored text take over this terminal. Redirect, or add --force."
        )
    }
}
