import Synchronization

/// Answers what people send to a bot of Lanying.
///
/// A callback is durable before it is acknowledged and answered later, in the order of each person's messages. It is
/// answered once: one that is delivered again is recognised by its id, a turn that was carried out is not carried out
/// again, and Lanying recognises a reply that is sent again. What could not be done stays and is tried again, for a day.
package final class LanyingConnector: Sendable {
    let bot: LanyingBot
    let inbox: any InboxStore
    let turns: Turns
    let server: any LanyingServer
    let form: LanyingForm
    let report: @Sendable (LanyingMessage, ParleyError) -> Void

    private struct State {
        var backlog = LanyingBacklog()
        var idle: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    /// How many messages are answered at once.
    static let workers = 8

    /// Makes one; `report` hears what went wrong where no client is told.
    package init(
        bot: LanyingBot,
        inbox: any InboxStore,
        turns: Turns,
        server: any LanyingServer,
        form: LanyingForm,
        report: @escaping @Sendable (LanyingMessage, ParleyError) -> Void = { _, _ in }
    ) {
        self.bot = bot
        self.inbox = inbox
        self.turns = turns
        self.server = server
        self.form = form
        self.report = report
    }

    /// Whether a callback comes from whom it should.
    package func accepts(signature: String?) -> Bool {
        bot.signature.map { $0.matches(signature ?? "") } ?? true
    }

    /// Takes a callback, and returns once it is durable; what is not for the bot is dropped.
    ///
    /// - Throws: ``ParleyError/Code/overloaded`` when too many wait, ``ParleyError/Code/shuttingDown``; nothing is kept
    ///   then.
    package func receive(_ callback: JSON) async throws {
        guard let message = try form.message(callback, bot.id) else { return }
        let (isClosed, isFull) = state.withLock { ($0.backlog.isClosed, $0.backlog.isFull) }
        guard !isClosed else { throw Turns.shuttingDown }
        guard !isFull else {
            throw ParleyError(.overloaded, "Too many messages wait for an answer.", retryAfter: .seconds(5))
        }
        let letter = InboxLetter(key: message.key, body: callback.text)
        if try await inbox.receive(letter, of: bot.owner.id) { change { $0.add(message) } }
    }
}

extension LanyingConnector {
    /// Answers messages until ``close()`` or the task's cancellation; returns when those in hand are done.
    ///
    /// Begins with what was left the last time, and looks every `interval` for what has to be tried again.
    package func run(lookingEvery interval: Duration = .seconds(60)) async {
        await withTaskCancellationHandler {
            // Ends with the work.
            async let _ = resume(every: interval)
            await withDiscardingTaskGroup { tasks in
                for _ in 0..<Self.workers { tasks.addTask { await self.work() } }
            }
        } onCancel: {
            close()
        }
    }

    /// Takes and begins no more; what waits stays where it is kept.
    package func close() {
        change { $0.close() }
    }

    private func work() async {
        while let message = await next() {
            await answer(message)
            change { $0.finish(message) }
        }
    }

    /// Waits for a message; `nil` when there will be none.
    private func next() async -> LanyingMessage? {
        while true {
            let (message, isClosed) = state.withLock { ($0.backlog.next(), $0.backlog.isClosed) }
            if message != nil || isClosed { return message }
            await withCheckedContinuation { waiter in
                let waits = state.withLock { state in
                    guard !state.backlog.hasNext, !state.backlog.isClosed else { return false }
                    state.idle.append(waiter)
                    return true
                }
                if !waits { waiter.resume() }
            }
        }
    }

    private func change(_ change: (inout LanyingBacklog) -> Void) {
        let idle = state.withLock { state in
            change(&state.backlog)
            defer { state.idle = [] }
            return state.idle
        }
        for waiter in idle { waiter.resume() }
    }

    private func resume(every interval: Duration) async {
        while !Task.isCancelled {
            let letters = (try? inbox.waiting(from: LanyingMessage.source, of: bot.owner.id)) ?? []
            let messages = letters.compactMap { letter in
                (try? JSON(parsing: letter.body)).flatMap { try? form.message($0, bot.id) }
            }
            change { backlog in
                for message in messages { backlog.add(message) }
            }
            try? await Task.sleep(for: interval)
        }
    }
}
