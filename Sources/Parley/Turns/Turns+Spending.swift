extension Turns {
    /// Leave to run, for everybody whose limits a request counts against; `nil` when nothing limits it.
    ///
    /// - Throws: ``ParleyError/Code/rateLimited``.
    func permit(for caller: Caller) throws -> Permit? {
        let user = Spender(user: caller.user.id)
        var limited = [Limited(user, allowance.overridden(by: store.allowance(of: user)))]
        if let key = caller.key {
            let spender = Spender(user: caller.user.id, key: key)
            limited.append(Limited(spender, store.allowance(of: spender)))
        }
        limited.removeAll { $0.allowance.isEmpty }
        return limited.isEmpty ? nil : try rates.enter(limited)
    }

    /// Sets aside what a prepared turn can take: with the turn itself when that is stored before it runs, else at once.
    func setAside(_ prepared: inout PreparedTurn, _ body: [UInt8], for request: TurnRequest) async throws {
        guard let permit = prepared.permit else { return }
        let bound = await bound(of: body, prepared.route, maximum: request.maximumOutput, samples: request.samples)
        let acceptance = prepared.acceptance
        prepared.acceptance.reservation = try reservation(acceptance.id, bound, permit, at: acceptance.createdAt)
        if !request.recorded, let reservation = prepared.acceptance.reservation { try await store.reserve(reservation) }
    }

    /// The most that a call of the upstream can take.
    func bound(
        of body: [UInt8],
        _ route: ModelRoute,
        maximum: Int?,
        samples: Int = 1
    ) async -> (tokens: SpendingBound, cost: Int64) {
        let profile = builder.profile(of: route, await upstream.window(of: route))
        let bound = SpendingBound(
            of: body,
            maximum: maximum,
            samples: samples,
            profile: profile,
            counter: builder.tokens.counter
        )
        return (bound, profile.cost(of: bound) ?? 0)
    }

    /// What is to be set aside; `nil` when no budget counts.
    ///
    /// - Throws: ``ParleyError/Code/rateLimited`` when it could take more tokens than the minute has left.
    func reservation(
        _ turn: Turn.ID,
        _ bound: (tokens: SpendingBound, cost: Int64),
        _ permit: Permit,
        at time: Timestamp
    ) throws -> Reservation? {
        try permit.take(bound.tokens.total)
        let budgets = permit.limited.flatMap(\.budgets)
        guard !budgets.isEmpty else { return nil }
        return Reservation(
            turn: turn,
            most: Spent(tokens: bound.tokens.total, cost: bound.cost),
            budgets: budgets,
            time: time
        )
    }
}

extension Turns {
    /// Ends the turns of those who may not go on: a key that was revoked or has expired, a user who was disabled.
    package func endTurns(where ends: (Caller) -> Bool) {
        for turn in registry.all where ends(turn.request.caller) { turn.interrupt(.revoked) }
    }

    /// Ends the turns of keys that have expired.
    func endExpired(at now: Timestamp = .now) {
        endTurns { caller in caller.expiresAt.map { $0 <= now } ?? false }
    }
}
