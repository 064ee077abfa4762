import Synchronization

/// Lets one turn at a time work on a conversation; others wait in order, a short while.
package final class Lanes: Sendable {
    private struct State {
        var queues: [Conversation.ID: LaneQueue] = [:]
        var waiters: [Ticket: CheckedContinuation<Void, any Error>] = [:]
        /// Tickets whose task was cancelled before its continuation was there.
        var givenUp: Set<Ticket> = []
    }

    private struct Ticket: Hashable {
        var conversation: Conversation.ID
        var number: Int
    }

    private let state = Mutex(State())
    private let patience: Duration

    /// - Parameter patience: how long a turn waits for the one before it.
    package init(patience: Duration = .seconds(10)) {
        self.patience = patience
    }

    /// Enters the lane, waiting when somebody works in it.
    ///
    /// Must be followed by ``leave(_:)``.
    ///
    /// - Throws: ``ParleyError/Code/conversationLocked`` when too many wait or it took too long.
    package func enter(_ conversation: Conversation.ID, patience: Duration? = nil) async throws {
        let entry = state.withLock { $0.queues[conversation, default: LaneQueue()].enter() }
        switch entry {
        case .entered: return
        case .full: throw Self.locked
        case .waits(let number):
            try await wait(Ticket(conversation: conversation, number: number), patience ?? self.patience)
        }
    }

    /// Leaves the lane and lets the next one in.
    package func leave(_ conversation: Conversation.ID) {
        let next = state.withLock { state -> CheckedContinuation<Void, any Error>? in
            guard let number = state.queues[conversation]?.leave() else {
                state.queues[conversation] = nil
                return nil
            }
            // Without a waiter it is on its way to wait and will find itself let in.
            return state.waiters.removeValue(forKey: Ticket(conversation: conversation, number: number))
        }
        next?.resume()
    }

    /// Whether somebody works on the conversation.
    package func isBusy(_ conversation: Conversation.ID) -> Bool {
        state.withLock { $0.queues[conversation]?.isFree == false }
    }

    /// How many wait for the conversation.
    package func waiting(for conversation: Conversation.ID) -> Int {
        state.withLock { $0.queues[conversation]?.waitingCount ?? 0 }
    }

    private func wait(_ ticket: Ticket, _ patience: Duration) async throws {
        let timer = Task {
            try await Task.sleep(for: patience)
            giveUp(ticket, Self.locked)
        }
        defer { timer.cancel() }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let early = state.withLock { state -> (any Error)?? in
                    if state.givenUp.remove(ticket) != nil { return .some(CancellationError()) }
                    // Let in between taking the ticket and getting here.
                    guard state.queues[ticket.conversation]?.isWaiting(ticket.number) == true else { return .some(nil) }
                    state.waiters[ticket] = continuation
                    return nil
                }
                guard let early else { return }
                if let error = early { continuation.resume(throwing: error) } else { continuation.resume() }
            }
        } onCancel: {
            giveUp(ticket, CancellationError())
        }
    }

    private func giveUp(_ ticket: Ticket, _ error: any Error) {
        let waiter = state.withLock { state -> CheckedContinuation<Void, any Error>? in
            guard state.queues[ticket.conversation]?.giveUp(ticket.number) == true else { return nil }
            if let waiter = state.waiters.removeValue(forKey: ticket) { return waiter }
            state.givenUp.insert(ticket)
            return nil
        }
        waiter?.resume(throwing: error)
    }

    private static var locked: ParleyError {
        ParleyError(
            .conversationLocked,
            "Another process is currently operating on this conversation. Please retry in a few seconds.",
            parameter: "conversation",
            retryAfter: .seconds(1)
        )
    }
}
