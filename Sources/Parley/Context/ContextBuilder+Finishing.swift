extension ContextBuilder {
    /// The context and its report.
    package consuming func finish() throws -> Context {
        closeBeginning()
        let summariseUpTo = endOfSummary()
        if summariseUpTo == nil { try checkFits() }
        var newCut: Int64?
        if plan.policy == .stable, full == .overBudget { newCut = cutToLowWater(of: limit) }
        for unit in plan.pinned where !kept.contains(where: { $0.startsAt == unit.position }) {
            let index = kept.firstIndex { $0.startsAt < unit.position } ?? kept.count
            kept.insert(Unit(items: unit.items.reversed(), rule: .pinned), at: index)
        }
        for unit in recalled {
            let index = kept.firstIndex { $0.startsAt < unit.startsAt } ?? kept.count
            kept.insert(unit, at: index)
        }
        let history = kept.reversed().flatMap { $0.items.reversed() }
        return Context(
            instructions: plan.instructions,
            items: (summary.map { [$0.message] } ?? []) + history.map(\.content) + plan.input.map(\.content),
            report: report(history.count),
            newCut: newCut,
            summariseUpTo: summariseUpTo,
            summary: summary,
            newCounts: counts,
            counted: spent
        )
    }

    /// The position up to which a summary is wanted; `nil` when none is, or nothing new would be in it.
    ///
    /// Up to there the oldest turns are cut, so that what is left and a summary of them fit for a while.
    private mutating func endOfSummary() -> Int64? {
        guard let mark = plan.summaryMark, full == .overBudget || spent > mark else { return nil }
        let covered = summary?.covers ?? 0
        guard plan.tip > covered else { return nil }
        let end = (cutToLowWater(of: min(limit, mark)) ?? plan.tip + 1) - 1
        return end > covered ? end : nil
    }

    /// What stands before the first user message: sent where the history is to go out as it is, else left out.
    private mutating func closeBeginning() {
        guard plan.policy == .all, plan.isVerbatim, full == nil, !open.items.isEmpty else {
            for item in open.items { drop(item, .noUserBefore) }
            return
        }
        if spent + open.tokens > limit { return refuse(open, .overBudget) }
        keep(open)
    }

    private func checkFits() throws {
        guard overflow != nil || spent > limit || isCut else { return }
        let newest = overflow?.idText ?? plan.input.last { $0.content.isFromUser }?.id.digits
        let message =
            plan.policy == .all && spent <= limit
            ? "The conversation no longer fits: policy 'all' sends everything."
            : "The newest message\(newest.map { " (\($0))" } ?? "") does not fit beside the instructions."
        throw ParleyError(
            .contextLengthExceeded,
            "Input tokens exceed the configured limit of \(plan.budget.tokens) tokens (context_length_exceeded). "
                + "\(message) Shorten it, raise the budget, or choose another policy.",
            parameter: plan.inputName
        )
    }

    /// Something is missing that the policy sends.
    private var isCut: Bool { plan.policy == .all && full != nil && full != .summarised }

    /// Drops the oldest units until what is left is within six tenths of `mark`; returns the new cut.
    private mutating func cutToLowWater(of mark: Int) -> Int64? {
        let low = mark / 10 * 6
        while spent > low, let index = kept.lastIndex(where: { $0.rule == .fits }) {
            let oldest = kept.remove(at: index)
            spent -= oldest.tokens
            for item in oldest.items { drop(item, .beforeCut) }
        }
        return kept.last { $0.rule != .pinned }?.startsAt
    }

    private func report(_ historyCount: Int) -> ContextReport {
        let expected = plan.profile.vocabulary == nil ? plan.calibration.expected(spent) : spent
        return ContextReport(
            policy: plan.policy,
            budget: plan.budget,
            model: plan.model,
            exact: !estimated,
            tokens: expected,
            instructionTokens: instructionTokens,
            toolTokens: plan.toolTokens,
            kept: historyCount,
            dropped: max(0, plan.itemCount - historyCount),
            cachedPrefix: cachedPrefix,
            entries: entries
        )
    }

    private var entries: [ContextReport.Entry] {
        guard plan.explains else { return [] }
        let sent = kept.flatMap { unit in
            unit.items.map { entry($0, unit.fate, unit.rule) }
        }
        return (sent + dropped).sorted { $0.item.place.position > $1.item.place.position }
    }

    /// Between two cuts of `stable` everything but the new input was sent before.
    private var cachedPrefix: Int {
        guard plan.policy == .stable, full != .overBudget else { return 0 }
        return max(0, spent - plan.input.reduce(0) { $0 + cost(of: $1) } - ItemTokens.reply)
    }
}

extension ContextBuilder.Unit {
    fileprivate var fate: ContextReport.Fate {
        switch rule {
        case .pinned: .pinned
        case .recalled: .recalled
        default: .kept
        }
    }
}
