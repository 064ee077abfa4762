// How a turn ends, and what is kept of it.

extension Turns {
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
        turn.permit?.leave(used: Int64(settlement.taken?.totalTokens ?? 0))
        if turn.request.recorded {
            try await keep(settlement)
            if let rest = settlement.rest { turn.publish(rest.deltas) }
        } else {
            var acceptance = builder.acceptance(turn.request, turn.route, turn.id)
            acceptance.createdAt = turn.createdAt
            store.settleUnrecorded(settlement, acceptance)
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
        var settlement = TurnSettlement(
            turn: turn.accepted,
            status: ending.status,
            reason: ending.reason,
            outputs: outputs(of: turn, state.items(ending)),
            movesTip: ending.movesTip && turn.accepted.movesTip,
            model: state.model,
            finish: state.answer.finish,
            usage: usage,
            cost: builder.cost(of: usage, turn.route),
            choices: nil
        )
        if turn.request.background { settlement.rest = turn.takeCheckpoint(last: true) }
        guard turn.request.keepsAnswer else { return settlement }
        settlement.choices = choices(of: turn.request, state)
        (settlement.systemFingerprint, settlement.serviceTier) = (state.systemFingerprint, state.serviceTier)
        return settlement
    }

    /// The choices as they were sent; what was streamed with one sample alone can be made from its items.
    private func choices(of request: TurnRequest, _ state: TurnState) -> [UInt8]? {
        guard request.streamed else { return state.choices }
        return request.stored || request.manySamples ? request.choices?(state.answer.allSamples) : nil
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
