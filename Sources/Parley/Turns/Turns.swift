import Synchronization

/// Carries out turns: lane, context, accept, run, settle.
///
/// What is refused up to accept stores nothing. The input is durable before the upstream is called, the answer before
/// its end is told. The active path moves only when a turn is settled.
package final class Turns: Sendable {
    let store: any TurnStore
    let upstream: any Upstream
    let builder: ContextFactory
    let lanes: Lanes
    let registry = TurnRegistry()
    /// What could not be written yet, because the disk was full or the queue was.
    let unsettled = Mutex<[TurnSettlement]>([])

    package init(
        store: any TurnStore,
        upstream: any Upstream,
        counter: any TokenCounter,
        models: ModelTable,
        lanes: Lanes = Lanes()
    ) throws {
        self.store = store
        self.upstream = upstream
        self.lanes = lanes
        builder = try ContextFactory(store: store, tokens: ItemTokens(counter), models: models)
    }

    /// Begins a turn: returns once the upstream has begun to answer, or at once when the request was answered before.
    ///
    /// - Throws: ``ParleyError``; whatever is thrown, nothing of the request is on the active path.
    package func begin(_ request: TurnRequest) async throws -> BegunTurn {
        guard !registry.isDraining else { throw Self.shuttingDown }
        if let key = request.idempotency, let id = try store.turn(begunWith: key, of: request.caller.user.id) {
            return try await replay(id, of: request.caller.user.id)
        }
        guard let conversation = request.conversation else { return try await start(request) }
        if request.manySamples {
            throw ParleyError(.invalidValue, "'n' must be 1 in a conversation.", parameter: "n")
        }
        try await lanes.enter(conversation)
        do {
            let begun = try await start(request)
            if !begun.keepsLane { lanes.leave(conversation) }
            return begun
        } catch {
            lanes.leave(conversation)
            throw error
        }
    }

    /// The context that a request would get, without calling anyone or storing anything.
    package func explain(_ request: TurnRequest) async throws -> Context {
        let prepared = try await prepare(request, explains: true)
        guard let context = prepared.context else {
            throw ParleyError(.missingParameter, "Name a conversation.", parameter: "conversation")
        }
        return context
    }

    /// Stops a running turn.
    ///
    /// With `keep`, what was said becomes the end of the active path.
    ///
    /// Returns once the turn is settled; a turn that has ended already is returned unchanged.
    package func cancel(_ id: Turn.ID, keep: Bool, of owner: User.ID) async throws -> Turn {
        guard let running = registry[id], running.accepted.owner == owner else { return try store.turn(id, of: owner) }
        running.interrupt(.cancelled(keep: keep))
        await running.waitUntilSettled()
        return running.request.recorded ? try store.turn(id, of: owner) : running.unrecorded
    }

    /// Ends every turn of a user, and returns once they are settled.
    package func stopAll(of owner: User.ID) async {
        let own = registry.all.filter { $0.accepted.owner == owner }
        for turn in own { turn.interrupt(.cancelled(keep: false)) }
        for turn in own { await turn.waitUntilSettled() }
    }

    /// Carries out a change of a conversation's path while no turn works on it.
    ///
    /// - Throws: ``ParleyError/Code/conversationLocked`` when a turn works on it for longer than a moment.
    package func whileIdle<Value>(
        _ conversation: Conversation.ID,
        _ change: () async throws -> Value
    ) async throws -> Value {
        try await lanes.enter(conversation, patience: .seconds(1))
        defer { lanes.leave(conversation) }
        return try await change()
    }

    /// How many turns run.
    package var runningCount: Int { registry.count }

    static var shuttingDown: ParleyError {
        ParleyError(.shuttingDown, "The server is shutting down. Please retry.", retryAfter: .seconds(2))
    }
}

extension Turns {
    private func start(_ request: TurnRequest) async throws -> BegunTurn {
        let prepared = try await prepare(request, explains: false)
        let accepted: AcceptedTurn
        switch request.recorded ? try await store.accept(prepared.acceptance) : .accepted(prepared.unrecorded) {
        case .known(let id): return try await replay(id, of: request.caller.user.id)
        case .accepted(let turn): accepted = turn
        }
        let turn = RunningTurn(accepted, request: request, prepared)
        do {
            guard registry.insert(turn) else { throw Self.shuttingDown }
            if request.background {
                Task { await runInBackground(turn, request.encode(prepared.route.model, prepared.context)) }
                return .background(turn, isNew: true)
            }
            try await turn.open(upstream, request.encode(prepared.route.model, prepared.context))
        } catch {
            let ending = turn.end(.failure(ParleyError(error).code))
            _ = try? await settle(turn, ending.0, ending.1, releasesLane: false)
            throw ending.0.status == .cancelled ? ParleyError(.cancelled, "The turn was cancelled.") : error
        }
        return .running(TurnHandle(turn, turns: self))
    }

    /// Waits for the first attempt when it still runs, then gives its answer again.
    private func replay(_ id: Turn.ID, of owner: User.ID) async throws -> BegunTurn {
        if let running = running(id, of: owner), running.request.background {
            return .background(running, isNew: false)
        }
        var turn = try store.turn(id, of: owner)
        // Accepted in the same commit, the first attempt may be about to begin.
        for _ in 0..<40 where turn.status == .running && registry[id] == nil {
            try await Task.sleep(for: .milliseconds(25))
            turn = try store.turn(id, of: owner)
        }
        if let running = registry[id] {
            await running.waitUntilSettled()
            turn = try store.turn(id, of: owner)
        }
        guard turn.status == .completed || turn.status == .incomplete else {
            throw ParleyError(.upstreamFailed, "The first attempt of this request failed. Please retry.")
        }
        return .replayed(turn, outputs: try store.items(of: id, owner: owner).output)
    }
}

extension Turns {
    func drive(_ turn: RunningTurn, _ relay: ([AnswerChunk]) async throws -> Void) async throws -> TurnOutcome {
        var failure: ParleyError?
        do {
            while let chunks = try await turn.next() {
                do {
                    try await relay(chunks)
                } catch {
                    throw RelayFailure()
                }
            }
        } catch is RelayFailure {
            _ = turn.end(.clientLeft)
        } catch {
            failure = ParleyError(error)
            _ = turn.end(Task.isCancelled ? .clientLeft : .failure(failure?.code ?? .internalError))
        }
        let (ending, state) = turn.finish()
        return try await settle(turn, ending, state, failure: failure)
    }

    private struct RelayFailure: Error {}

    /// Ends a turn that nobody drove.
    func abandon(_ turn: RunningTurn) {
        guard registry[turn.id] != nil else { return }
        let (ending, state) = turn.end(.clientLeft)
        Task { try await settle(turn, ending, state) }
    }

    @discardableResult
    func settle(
        _ turn: RunningTurn,
        _ ending: TurnState.Ending,
        _ state: TurnState,
        failure: ParleyError? = nil,
        releasesLane: Bool = true
    ) async throws -> TurnOutcome {
        defer {
            registry.remove(turn.id)
            turn.markSettled()
            if releasesLane, let conversation = turn.request.conversation { lanes.leave(conversation) }
        }
        let usage = builder.usage(of: turn, state)
        let settlement = settlement(turn, ending, state, usage)
        if turn.request.recorded {
            try await keep(settlement)
        } else {
            store.settleUnrecorded(settlement, builder.acceptance(turn.request, turn.route, turn.id))
        }
        builder.learn(from: turn, usage)
        return TurnOutcome(
            status: ending.status,
            usage: usage,
            finish: state.answer.finish,
            model: state.model ?? turn.route.model,
            outputs: settlement.outputs,
            reason: ending.reason,
            settledAt: settlement.settledAt,
            error: error(for: ending, failure),
            finishInferred: state.answer.finish == nil
        )
    }

    private func settlement(
        _ turn: RunningTurn,
        _ ending: TurnState.Ending,
        _ state: TurnState,
        _ usage: Usage
    ) -> TurnSettlement {
        let keepsChoices = turn.request.stored || turn.request.manySamples || turn.request.idempotency != nil
        return TurnSettlement(
            turn: turn.accepted,
            status: ending.status,
            reason: ending.reason,
            outputs: outputs(of: turn, state.items(ending)),
            movesTip: ending.movesTip && turn.accepted.movesTip,
            model: state.model,
            finish: state.answer.finish,
            usage: usage,
            cost: builder.cost(of: usage, turn.route),
            choices: keepsChoices && turn.request.recorded && !turn.request.streamed ? state.choices : nil
        )
    }

    /// A response shows its items even when nothing of it is kept.
    private func outputs(of turn: RunningTurn, _ items: [ItemDraft]) -> [ItemDraft] {
        let items = (turn.summary.map { [$0] } ?? []) + items
        if turn.request.recorded { return builder.counted(items) }
        return turn.face == .response ? items : []
    }

    private func error(for ending: TurnState.Ending, _ failure: ParleyError?) -> ParleyError? {
        switch ending.status {
        case .completed, .incomplete, .running: nil
        case .failed where ending.reason == ParleyError.Code.shuttingDown.rawValue: Self.shuttingDown
        case .failed: failure ?? ParleyError(.upstreamFailed, "The model's answer broke off.")
        case .cancelled: ParleyError(.cancelled, "The turn was cancelled.")
        }
    }
}
