import Synchronization

/// How far an answer has come; shared by the task that reads it and the one that may stop it.
final class AnswerProgress: Sendable {
    private let state = Mutex(State())

    private struct State {
        var turn: String?
        var text = ""
        var isStopping = false
    }

    func begin(_ turn: String?) { state.withLock { $0.turn = turn } }

    func add(_ piece: String) { state.withLock { $0.text += piece } }

    var text: String { state.withLock(\.text) }
    var isStopping: Bool { state.withLock(\.isStopping) }

    /// The turn to stop; `nil` when none has begun, or when it is being stopped already.
    func beginStopping() -> String? {
        state.withLock { state in
            guard let turn = state.turn, !state.isStopping else { return nil }
            state.isStopping = true
            return turn
        }
    }
}
