/// Puts messages together out of lines: a line that ends with `\` goes on in the next one, and so does everything between
/// two lines that begin with three backticks.
struct MessageAssembler: Sendable, Equatable {
    private var lines: [String] = []
    private var isFenced = false
    private var goesOn = false

    /// Whether a message has begun that is not complete.
    var isOpen: Bool { isFenced || goesOn }

    /// Takes a line and returns the message that it completes.
    mutating func add(_ line: String) -> String? {
        let fences = line.hasPrefix("```") && (isFenced ? line.trimmed == "```" : !line.dropFirst(3).contains("```"))
        if fences { isFenced.toggle() }
        goesOn = !isFenced && !fences && line.hasSuffix("\\") && !line.hasSuffix("\\\\")
        lines.append(goesOn ? String(line.dropLast()) : line)
        return isOpen ? nil : take()
    }

    /// What has begun, at the end of the input.
    mutating func finish() -> String? {
        isFenced = false
        goesOn = false
        return lines.isEmpty ? nil : take()
    }

    /// Forgets what has begun.
    mutating func clear() { self = Self() }

    private mutating func take() -> String {
        defer { lines = [] }
        return lines.joined(separator: "\n")
    }
}
