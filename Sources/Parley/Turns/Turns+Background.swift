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
    private func settleAgain() async {
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
        do {
            try await turn.open(upstream, body)
        } catch {
            let failure = ParleyError(error)
            let (ending, state) = turn.end(.failure(failure.code))
            _ = try? await settle(turn, ending, state, failure: failure)
            return
        }
        _ = try? await drive(turn) { chunks in
            if let part = turn.takeCheckpoint(last: true) { try? await store.keep(part) }
            turn.publish(chunks)
        }
    }

    /// The turn, when this process runs it for that owner.
    package func running(_ id: Turn.ID, of owner: User.ID) -> RunningTurn? {
        registry[id].flatMap { $0.accepted.owner == owner ? $0 : nil }
    }
}
