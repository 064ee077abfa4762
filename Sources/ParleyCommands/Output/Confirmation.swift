import ArgumentParser
import Parley

/// Asks before something cannot be undone.
struct Confirmation: ParsableArguments {
    @Flag(name: .shortAndLong, help: "Do it without asking.")
    var yes = false

    /// Returns when it was said on the command line, or at the keyboard, that it is to be done.
    ///
    /// - Throws: a usage error where nobody can be asked; ``ParleyError/Code/cancelled`` when the answer is no.
    func ask(_ question: String, on terminal: Terminal) throws {
        if yes { return }
        guard terminal.hasKeyboard, terminal.isInteractive else {
            throw ValidationError("\(question) This cannot be undone: say --yes.")
        }
        terminal.note("\(question) Type yes:")
        guard ["yes", "y"].contains(readLine()?.trimmed.lowercased()) else {
            throw ParleyError(.cancelled, "Nothing was done.")
        }
    }
}
