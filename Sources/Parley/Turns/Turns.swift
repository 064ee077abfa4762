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
    let registry: TurnRegistry
    let rates = Rates()
    /// What limits every user for whom nothing else is set.
    let allowance: Allowance
    /// How often those who watch a turn hear from it while its upstream is silent.
    let signOfLife: Duration
    /// How long the pieces of a turn in the background may wait to be written.
    let storagePatience: Duration
    /// What could not be written yet, because the disk was full or the queue was.
    let unsettled = Mutex<[TurnSettlement]>([])

    /// Carries out turns, of which at `most` so many run at the same time.
    package init(
        store: any TurnStore,
        upstream: any Upstream,
        counter: any TokenCounter,
        models: ModelTable,
        lanes: Lanes = Lanes(),
        most: Int = .max,
        allowance: Allowance = Allowance(),
        signOfLife: Duration = .seconds(15),
        storagePatience: Duration = .seconds(10)
    ) throws {
        self.allowance = allowance
        self.store = store
        registry = TurnRegistry(most: most)
        self.upstream = upstream
        self.lanes = lanes
        self.signOfLife = signOfLife
        self.storagePatience = storagePatience
        builder = try ContextFactory(store: store, tokens: ItemTokens(counter), models: models)
    }

    /// Begins a turn: returns once the upstream has begun to answer, or at once when the request was answered before.
    ///
    /// - Throws: ``ParleyError``; whatever is thrown, nothing of the request is on the active path.
    package func begin(_ request: TurnRequest) async throws -> BegunTurn {
        try registry.mayBegin()
        if let earlier = try earlierTurn(request) { return try await replay(earlier, of: request.caller.user.id) }
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
    /// The turn that this same request began before; looked up before the lane, in which that turn still works.
    private func earlierTurn(_ request: TurnRequest) throws -> Turn.ID? {
        let owner = request.caller.user.id
        if let key = request.idempotency { return try store.turn(begunWith: key, of: owner) }
        guard request.isRetry, request.recorded else { return nil }
        return try store.turn(begunBy: request.fingerprint, key: request.caller.key, of: owner)
    }

    private func start(_ request: TurnRequest) async throws -> BegunTurn {
        let permit = try permit(for: request.caller)
        var prepared = try await prepare(request, permit, explains: false)
        let body = request.encode(prepared.route.model, prepared.context)
        try await setAside(&prepared, body, for: request)
        let accepted: AcceptedTurn
        switch request.recorded ? try await store.accept(prepared.acceptance) : .accepted(prepared.unrecorded) {
        case .known(let id): return try await replay(id, of: request.caller.user.id)
        case .accepted(let turn): accepted = turn
        }
        let turn = RunningTurn(accepted, request: request, prepared)
        do {
            try registry.insert(turn)
            // From here on an ending key ends the turn; one that ended while it waited ends it now.
            guard try store.mayGoOn(request.caller) else {
                throw ParleyError(.invalidKey, "Incorrect API key provided.")
            }
            if request.background {
                Task { await runInBackground(turn, body) }
                return .background(turn, isNew: true)
            }
            try await turn.open(upstream, body)
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
}
