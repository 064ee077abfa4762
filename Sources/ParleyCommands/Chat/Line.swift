/// What came of asking a person for a line.
enum Line: Sendable, Equatable {
    case text(String)
    /// Ctrl-C: the line is given up.
    case interrupted
    /// Ctrl-D, or the end of the input.
    case end
}

/// Where the lines of a chat come from.
protocol LineSource: Sendable {
    /// The next line, without its line end.
    func next(prompt: String) async -> Line

    /// Keeps a message so that it can be found again with the arrow keys.
    func remember(_ message: String) async
}
