import Synchronization

extension Turns {
    /// Keeps what running turns have said, once a second for all of them together, until the task is cancelled.
    package func keepCheckpoints(every interval: Duration = .seconds(1)) async {
        while !Task.isCancelled {
            try? await Task.sleep(for: interval)
            let parts = registry.all.filter { $0.request.recorded && !$0.request.background }.compactMap {
                $0.takeCheckpoint()
            }
            if !parts.isEmpty { store.checkpoint(parts) }
            endExpired()
            await settleAgain()
        }
    }

    /// Lets no turn begin, waits for those that run, and after `patience` ends the rest, keeping what they said.
    ///
    /// Returns when every turn is settled.
    package func drain(patience: Duration = .seconds(25)) async {
        registry.drain()
        let timer = Task {
            try await Task.sleep(for: patience)
            for turn in registry.all { turn.interrupt(.shutdown) }
        }
        for turn in registry.all { await turn.waitUntilSettled() }
        timer.cancel()
        await settleAgain()
    }

    /// Writes the end of a turn, or remembers it for later when that cannot be done now.
    func keep(_ settlement: TurnSettlement) async throws {
        do {
            _ = try await store.settle(settlement)
        } catch {
            unsettled.withLock { $0.append(settlement) }
            throw error
        }
    }

    /// Tries once more what could not be written; what still cannot stays.
    package func settleAgain() async {
        let waiting = unsettled.withLock { unsettled in
            defer { unsettled = [] }
            return unsettled
        }
        for settlement in waiting
        where (try? store.turn(settlement.turn.id, of: settlement.turn.owner))?.status == .running {
            try? await keep(settlement)
        }
    }
}

extension Turns {
    /// Carries a turn out without its client.
    ///
    /// What it says is durable before anybody sees it, so that whoever watches it can go on after a crash.
    func runInBackground(_ turn: RunningTurn, _ body: [UInt8]) async {
        var failure: ParleyError?
        do {
            try await openWatched(turn, body)
            var unkeptSince: ContinuousClock.Instant?
            while try await turn.next() != nil { await keepPieces(of: turn, &unkeptSince) }
        } catch {
            let error = ParleyError(error)
            _ = turn.end(.failure(error.code))
            failure = error
        }
        let (ending, state) = turn.finish()
        _ = try? await settle(turn, ending, state, failure: failure)
    }

    /// Calls the upstream; those who watch hear from the turn meanwhile.
    private func openWatched(_ turn: RunningTurn, _ body: [UInt8]) async throws {
        let signs = Task { [signOfLife] in
            while true {
                try await Task.sleep(for: signOfLife)
                turn.publish([])
            }
        }
        defer { signs.cancel() }
        try await turn.open(upstream, body)
    }

    /// Keeps what the turn has said, and then shows it; what cannot be written now is written with what comes next.
    ///
    /// When nothing can be written for long the turn ends: what nobody may see is not worth its cost.
    private func keepPieces(of turn: RunningTurn, _ unkeptSince: inout ContinuousClock.Instant?) async {
        guard let part = turn.takeCheckpoint(last: true) else { return turn.publish([]) }
        do {
            try await store.keep(part)
            turn.publish(part.deltas)
            unkeptSince = nil
        } catch {
            turn.putBack(part)
            let since = unkeptSince ?? .now
            unkeptSince = since
            if since.duration(to: .now) >= storagePatience { turn.interrupt(.failure(ParleyError(error).code)) }
        }
    }

    /// The turn, when this process runs it for that owner.
    package func running(_ id: Turn.ID, of owner: User.ID) -> RunningTurn? {
        registry[id].flatMap { $0.accepted.owner == owner ? $0 : nil }
    }
}
