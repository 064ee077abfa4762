import Synchronization

/// Gives the context builder what it needs: the model's profile, what was learnt about its counting, the history.
package final class ContextFactory: Sendable {
    private let store: any TurnStore
    let tokens: ItemTokens
    private let models: ModelTable
    private let calibrations: Mutex<[ModelRoute: Calibration]>

    init(store: any TurnStore, tokens: ItemTokens, models: ModelTable) throws {
        self.store = store
        self.tokens = tokens
        self.models = models
        calibrations = Mutex(try store.calibrations())
    }

    func context(
        for request: TurnRequest,
        _ input: [ItemDraft],
        _ head: ConversationHead,
        _ route: ModelRoute,
        window: Int?,
        summary: Compaction? = nil,
        explains: Bool
    ) throws -> Context {
        let profile = models.profile(of: route.model, reported: window)
        var plan = ContextPlan(
            policy: request.policy ?? head.settings.policy ?? Self.defaultPolicy(of: request.face),
            budget: ContextBudget(
                request: request.budget,
                conversation: head.settings.budget,
                profile: profile,
                maximumOutput: request.maximumOutput
            ),
            model: route.model,
            profile: profile,
            calibration: calibration(of: route),
            instructions: instructions(of: request, head),
            input: input,
            toolTokens: request.tools.map { tokens.counter.count($0, in: profile.vocabulary ?? .o200k) } ?? 0,
            cut: head.cutOnPath,
            itemCount: head.itemCount,
            pinned: head.hasPinned ? try store.pinnedUnits(head) : [],
            explains: explains
        )
        plan.isVerbatim = request.face == .response
        plan.inputName = request.inputName
        plan.tip = head.tip?.position ?? 0
        plan.summary = summary
        // With a summary at hand, what still does not fit is an error.
        if summary == nil { plan.summaryMark = plan.policy == .summary ? plan.budget.tokens : request.summaryMark }
        if plan.policy == .recall { plan.recalled = recalled(input, head, request.caller.user.id) }
        var builder = ContextBuilder(plan, tokens: tokens)
        try store.visitHistory(head) { builder.add($0) }
        let context = try builder.finish()
        if !context.newCounts.isEmpty, !explains { store.keep(context.newCounts) }
        return context
    }

    /// A chat sends the newest that fits; a response everything, as OpenAI's `truncation: "disabled"` says.
    static func defaultPolicy(of face: Turn.Face) -> ContextPolicy {
        switch face {
        case .chat, .completion: .recent
        case .response: .all
        }
    }

    /// The older turns that have most to do with the newest message.
    private func recalled(
        _ input: [ItemDraft],
        _ head: ConversationHead,
        _ owner: User.ID
    ) -> [ContextPlan.HistoryUnit] {
        guard !head.path.isEmpty, let newest = input.last(where: { $0.content.isFromUser }) else { return [] }
        let text = newest.content.text
        return store.recall(text, on: head, of: owner)
    }

    private func instructions(of request: TurnRequest, _ head: ConversationHead) -> [ItemContent] {
        guard request.instructions.isEmpty else { return request.instructions }
        return head.settings.instructions.map { [ItemContent(role: .system, text: $0)] } ?? []
    }
}

extension ContextFactory {
    /// The drafts with their tokens counted, so that no later context has to.
    func counted(_ drafts: [ItemDraft]) -> [ItemDraft] {
        drafts.map { draft in
            var draft = draft
            draft.tokens = draft.tokens ?? tokens.count(draft.content)
            return draft
        }
    }

    /// The upstream's usage, else our own count marked as estimated.
    func usage(of turn: RunningTurn, _ state: TurnState) -> Usage {
        if let usage = state.usage { return usage }
        let vocabulary = models.profile(of: turn.route.model).vocabulary ?? .o200k
        let input =
            turn.context?.report.tokens
            ?? (turn.request.instructions + turn.request.input).reduce(ItemTokens.reply) {
                $0 + tokens.count($1, in: vocabulary) + ItemTokens.perMessage
            }
        let output = tokens.counter.count(state.answer.allText, in: vocabulary)
        return Usage(inputTokens: input, outputTokens: output, estimated: true)
    }

    func cost(of usage: Usage, _ route: ModelRoute) -> Int64? {
        models.profile(of: route.model).cost(of: usage)
    }

    /// Learns how a model that is not in the table counts.
    func learn(from turn: RunningTurn, _ usage: Usage) {
        guard let context = turn.context, !usage.estimated, models.profile(of: turn.route.model).vocabulary == nil
        else { return }
        let learnt = calibrations.withLock { calibrations in
            calibrations[turn.route, default: Calibration()]
                .learn(reported: usage.inputTokens, counted: context.counted)
            return calibrations[turn.route, default: Calibration()]
        }
        // Once it is settled, every tenth turn is enough to keep.
        if learnt.samples <= 20 || learnt.samples.isMultiple(of: 10) { store.keep(learnt, for: turn.route) }
    }

    func profile(of route: ModelRoute, _ window: Int?) -> ModelProfile {
        models.profile(of: route.model, reported: window)
    }

    private func calibration(of route: ModelRoute) -> Calibration {
        calibrations.withLock { $0[route] ?? Calibration() }
    }

    /// What is stored of a request that names no conversation.
    func acceptance(_ request: TurnRequest, _ route: ModelRoute, _ id: Turn.ID) -> TurnAcceptance {
        var acceptance = TurnAcceptance(
            id: id,
            owner: request.caller.user.id,
            key: request.caller.key,
            face: request.face,
            target: request.recorded ? .match : .unrecorded,
            input: request.recorded ? request.input.map { ItemDraft($0) } : [],
            instructions: request.instructions,
            stored: request.stored,
            metadata: request.metadata,
            route: route,
            endUser: request.endUser,
            idempotency: request.idempotency,
            fingerprint: request.fingerprint,
            isRetry: request.isRetry,
            reservedTokens: request.maximumOutput ?? 0,
            newCut: nil,
            adoptsInstructions: false
        )
        acceptance.background = request.background
        // Of what cannot be fetched again no text is kept.
        acceptance.parameters = request.stored ? request.parameters : nil
        if !request.recorded { acceptance.metadata = [:] }
        return acceptance
    }
}
