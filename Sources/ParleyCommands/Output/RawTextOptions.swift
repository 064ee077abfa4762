import ArgumentParser
import Parley

/// Whether text that somebody else wrote is shown as it is.
struct RawTextOptions: ParsableArguments {
    @Flag(help: "Write texts as they are, control characters included; not to a terminal.")
    var raw = false

    @Flag(help: "With --raw: to a terminal too.")
    var force = false

    /// - Throws: ``ParleyError/Code/invalidValue`` for a terminal, unless it is forced.
    func isWanted(on terminal: Terminal) throws -> Bool {
        guard raw, terminal.isInteractive, !force else { return raw }
        throw ParleyError(
            .invalidValue,
            "--raw could let a stored text take over this terminal. Redirect, or add --force."
        )
    }
}
