import Foundation

extension Turns {
    /// Has the model write a summary of a path up to a position, on top of the one before.
    func summarise(
        _ head: ConversationHead,
        upTo end: Int64,
        in context: Context,
        for request: TurnRequest,
        _ route: ModelRoute,
        _ window: Int?,
        _ permit: Permit?
    ) async throws -> Compaction {
        let before = context.summary
        let budget = request.summaryMark ?? context.report.budget.tokens
        var items: [ItemContent] = []
        try store.visitHistory(head.cut(to: end)) { item in
            guard item.place.position > before?.covers ?? 0 else { return false }
            if Compaction(item.content) == nil { items.append(item.content) }
            return true
        }
        let written = try await summarise(
            items.reversed(),
            after: before?.summary,
            limit: Self.summaryLimit(of: budget),
            for: request,
            route,
            window,
            permit
        )
        return Compaction(summary: written.text, covers: end, model: route.model)
    }

    /// The item that keeps a summary.
    func draft(of compaction: Compaction, for owner: User.ID) throws -> ItemDraft {
        builder.counted([ItemDraft(compaction.content(sealed: try store.seal(compaction.summary, for: owner)))])[0]
    }

    /// Folds items into a summary, as many at a time as half of the model's window holds.
    func summarise(
        _ items: [ItemContent],
        after before: String?,
        limit: Int = SummaryPrompt.outputLimit,
        for request: TurnRequest,
        _ route: ModelRoute,
        _ window: Int?,
        _ permit: Permit?
    ) async throws -> WrittenSummary {
        var written = WrittenSummary(text: before ?? "", usage: Usage(inputTokens: 0, outputTokens: 0))
        for transcript in builder.transcripts(of: items, for: route, window: window) {
            let before = written.text.isEmpty ? nil : written.text
            let prompt = SummaryPrompt(transcript: transcript, summary: before, limit: limit)
            written.add(try await ask(prompt, for: request, route, permit))
            written.text = builder.shortened(written.text, to: limit)
        }
        return written
    }

    /// A fifth of the budget.
    private static func summaryLimit(of budget: Int) -> Int { max(32, min(SummaryPrompt.outputLimit, budget / 5)) }

    private func ask(
        _ prompt: SummaryPrompt,
        for request: TurnRequest,
        _ route: ModelRoute,
        _ permit: Permit?
    ) async throws -> WrittenSummary {
        let body = prompt.body(for: route.model)
        var acceptance = summaryAcceptance(request, route)
        let bound = try await setAside(&acceptance, body, maximum: prompt.limit, permit)
        let state: TurnState
        do {
            state = try await answer(to: body, acceptance)
        } catch {
            permit?.settle(taken: bound, used: 0)
            if acceptance.reservation != nil { store.release(acceptance.id) }
            throw error
        }
        permit?.settle(taken: bound, used: Int64(state.usage?.totalTokens ?? 0))
        keepUsage(state, acceptance)
        let text = state.answer.content.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !text.isEmpty else {
            throw ParleyError(.upstreamBadResponse, "The model gave no summary of the older turns. Please retry.")
        }
        return WrittenSummary(text: text, usage: state.usage ?? Usage(inputTokens: 0, outputTokens: 0, estimated: true))
    }

    private func answer(to body: [UInt8], _ acceptance: TurnAcceptance) async throws -> TurnState {
        let stream = try await upstream.open(
            UpstreamRequest(
                route: acceptance.route,
                operation: .chatCompletions,
                body: body,
                streamed: false,
                requestID: Turn.Face.chat.idPrefix + acceptance.id.digits
            )
        )
        var state = TurnState(of: acceptance.id)
        try await withTaskCancellationHandler {
            while let chunks = try await stream.next() { for chunk in chunks { state.receive(chunk) } }
        } onCancel: {
            stream.cancel()
        }
        return state
    }

    /// - Returns: the tokens that were taken.
    private func setAside(
        _ acceptance: inout TurnAcceptance,
        _ body: [UInt8],
        maximum: Int,
        _ permit: Permit?
    ) async throws -> Int64 {
        guard let permit else { return 0 }
        let bound = await bound(of: body, acceptance.route, maximum: maximum)
        acceptance.reservation = try reservation(acceptance.id, bound, permit, at: acceptance.createdAt)
        do {
            if let reservation = acceptance.reservation { try await store.reserve(reservation) }
        } catch {
            permit.settle(taken: bound.tokens.total, used: 0)
            throw error
        }
        return bound.tokens.total
    }

    private func summaryAcceptance(_ request: TurnRequest, _ route: ModelRoute) -> TurnAcceptance {
        var acceptance = builder.acceptance(request, route, .random())
        (acceptance.target, acceptance.stored, acceptance.parameters) = (.unrecorded, false, nil)
        acceptance.background = false
        acceptance.face = .chat
        return acceptance
    }

    /// A summary costs, so it has a row of its own among the turns, without any text.
    private func keepUsage(_ state: TurnState, _ acceptance: TurnAcceptance) {
        var state = state
        let ending = state.finish()
        let route = acceptance.route
        let prepared = PreparedTurn(route: route, context: nil, acceptance: acceptance)
        store.settleUnrecorded(
            TurnSettlement(
                turn: prepared.unrecorded,
                status: ending.status,
                reason: "summary",
                outputs: [],
                movesTip: false,
                model: state.model,
                finish: state.answer.finish,
                usage: state.usage,
                cost: state.usage.flatMap { builder.cost(of: $0, route) },
                choices: nil
            ),
            acceptance
        )
    }
}
