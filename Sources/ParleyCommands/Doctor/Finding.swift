import Parley

/// One thing that was looked at.
struct Finding: Sendable {
    var subject: String
    var state: State
    var detail: String
    /// What mends it.
    var remedy: String?

    enum State: String, Sendable {
        case good
        case doubtful
        case bad
    }

    static func good(_ subject: String, _ detail: String) -> Self {
        Self(subject: subject, state: .good, detail: detail)
    }

    static func doubtful(_ subject: String, _ detail: String, _ remedy: String? = nil) -> Self {
        Self(subject: subject, state: .doubtful, detail: detail, remedy: remedy)
    }

    static func bad(_ subject: String, _ detail: String, _ remedy: String? = nil) -> Self {
        Self(subject: subject, state: .bad, detail: detail, remedy: remedy)
    }

    /// A failure; its message says what to do.
    static func bad(_ subject: String, _ error: any Error) -> Self { bad(subject, ParleyError(error).message) }

    var json: JSON {
        [
            "subject": .string(subject), "state": .string(state.rawValue), "detail": .string(detail),
            "remedy": JSON(remedy),
        ]
    }

    func lines(on terminal: Terminal) -> [String] {
        let mark =
            switch state {
            case .good: terminal.styled("ok     ", .green)
            case .doubtful: terminal.styled("warning", .yellow)
            case .bad: terminal.styled("wrong  ", .red)
            }
        let line = "\(mark)  \(Terminal.safe("\(subject): \(detail)"))"
        return [line] + (remedy.map { ["         → \(Terminal.safe($0))"] } ?? [])
    }
}
