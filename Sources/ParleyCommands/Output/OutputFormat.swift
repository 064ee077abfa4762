/// In which form a command shows its result.
enum OutputFormat: Sendable {
    /// For people.
    case text
    /// For programs: one line of JSON.
    case json
}
