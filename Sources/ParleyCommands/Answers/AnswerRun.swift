import Parley
import ParleyClient

/// Sends a turn and hands its text over as it comes; Ctrl-C stops the answer and keeps what was said.
struct AnswerRun: Sendable {
    let api: APIClient
    let interrupts: Interrupts

    /// - Throws: ``ParleyError/Code/cancelled`` when it is stopped before the answer began.
    func run(_ body: TurnBody, _ piece: @escaping @Sendable (String) -> Void) async throws -> Answered {
        let (presses, press) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let progress = AnswerProgress()
        let work = { try await both(body, progress, presses, piece) }
        return try await interrupts.handled(by: { press.yield() }, during: work)
    }

    /// Reads the answer and listens for Ctrl-C at once.
    private func both(
        _ body: TurnBody,
        _ progress: AnswerProgress,
        _ presses: AsyncStream<Void>,
        _ piece: @escaping @Sendable (String) -> Void
    ) async throws -> Answered {
        try await withThrowingTaskGroup(of: Answered?.self) { tasks in
            defer { tasks.cancelAll() }
            tasks.addTask { try await read(body, progress, piece) }
            tasks.addTask { await stop(progress, when: presses) }
            guard let answered = try await tasks.next() ?? nil else {
                throw ParleyError(.cancelled, "Stopped before the model answered.")
            }
            return answered
        }
    }

    private func read(
        _ body: TurnBody,
        _ progress: AnswerProgress,
        _ piece: @Sendable (String) -> Void
    ) async throws -> Answered {
        let answer = try await api.turn(body.json)
        progress.begin(answer.turn)
        var ending = APIEnding()
        do {
            ending = try await answer.read { text in
                progress.add(text)
                piece(text)
            }
        } catch let error as ParleyError {
            guard progress.isStopping else { throw error }
        }
        return Answered(
            conversation: answer.conversation ?? body.conversation,
            turn: answer.turn,
            text: progress.text,
            ending: ending,
            wasStopped: progress.isStopping
        )
    }

    /// Waits for Ctrl-C, and stops the turn; returns when there is no turn yet that could be stopped, or at the second time.
    private func stop(_ progress: AnswerProgress, when presses: AsyncStream<Void>) async -> Answered? {
        for await _ in presses {
            guard let turn = progress.beginStopping() else { return nil }
            try? await api.stopTurn(turn)
        }
        return nil
    }
}
