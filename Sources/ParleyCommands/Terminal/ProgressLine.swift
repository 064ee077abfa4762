import Dispatch
import Parley
import Synchronization

/// A line on standard error that says how far a command has come, once it takes longer than a second.
///
/// Only a terminal gets it; where standard error is none, nothing is written. The line is taken away at the end.
final class ProgressLine: Sendable {
    private struct State {
        var text: String
        var isVisible = false
        var isOver = false
        var next: ContinuousClock.Instant
    }

    private let terminal: Terminal
    private let begun = ContinuousClock.now
    private let state: Mutex<State>

    /// How long nobody needs to be told.
    private static let patience: Duration = .seconds(1)
    /// How often what is shown changes.
    private static let interval: Duration = .milliseconds(200)

    private init(_ text: String, on terminal: Terminal) {
        self.terminal = terminal
        state = Mutex(State(text: text, next: begun + Self.patience))
    }

    /// Shows the line while `body` runs.
    static func during<Value>(
        _ text: String,
        on terminal: Terminal,
        _ body: (ProgressLine) async throws -> Value
    ) async rethrows -> Value {
        let line = ProgressLine(text, on: terminal)
        if terminal.showsProgress { line.tick() }
        defer { line.end() }
        return try await body(line)
    }

    /// What is being done from now on.
    func say(_ text: @autoclosure () -> String) {
        guard terminal.showsProgress else { return }
        state.withLock { state in
            state.text = text()
            show(&state)
        }
    }

    /// What the server tells of something that takes long.
    func say(_ progress: JSON) { say(Self.text(progress)) }

    /// Takes the line away, for good.
    func end() {
        state.withLock { state in
            if state.isVisible { terminal.progress("") }
            state.isVisible = false
            state.isOver = true
        }
    }

    /// What is silent for long is seen to go on.
    private func tick() {
        DispatchQueue.global().asyncAfter(deadline: .now() + Self.interval / .seconds(1)) { [weak self] in
            guard let self else { return }
            let isOver = state.withLock { state in
                show(&state)
                return state.isOver
            }
            if !isOver { tick() }
        }
    }

    private func show(_ state: inout State) {
        let now = ContinuousClock.now
        guard !state.isOver, now >= state.next else { return }
        state.next = now + Self.interval
        state.isVisible = true
        terminal.progress("\(state.text), \((now - begun).components.seconds) s")
    }

    private static func text(_ progress: JSON) -> String {
        let what = steps[progress["step"]?.string ?? ""] ?? "working"
        guard let total = progress["total"]?.int, let done = progress["done"]?.int else { return what }
        return "\(what): \(done) of \(total)"
    }

    private static let steps: [String: String] = [
        WorkProgress.Step.conversations.rawValue: "removing conversations",
        WorkProgress.Step.turns.rawValue: "removing turns",
        WorkProgress.Step.index.rawValue: "clearing the search index",
        WorkProgress.Step.pages.rawValue: "giving pages back to the disk",
        WorkProgress.Step.file.rawValue: "writing the file anew",
    ]
}
