/// Chooses what of a conversation is sent, given its items newest first.
///
/// Pure. Give it items with ``add(_:)`` until it says that it has enough, then call ``finish()``: it never needs more of
/// the history than the budget holds. It thinks in *units*: a user message and everything up to the next one, so that a
/// context begins with a user message and a call is never parted from its result.
///
/// It promises: the total is within the budget; instructions, new input and pinned units are kept; the newest user
/// message is whole, or ``finish()`` throws ``ParleyError/Code/contextLengthExceeded`` and names it.
package struct ContextBuilder {
    private let plan: ContextPlan
    private let tokens: ItemTokens
    private let vocabulary: Vocabulary
    /// The most tokens in our own counting.
    private let limit: Int
    private let instructionTokens: Int

    /// Tokens spent so far, and the units that will be sent, newest first; items within a unit newest first too.
    private var spent: Int
    private var kept: [Unit] = []
    /// The items since the oldest complete unit.
    private var open = Unit()
    /// What was looked at and left out.
    private var dropped: [ContextReport.Entry] = []
    private var counts: [Place: Int] = [:]
    private var estimated: Bool
    private var turns = 0
    private var full: ContextReport.Rule?
    private var seen = 0
    /// The new input lacks a user message, so the newest unit of history belongs to it.
    private var newestIsOpen: Bool
    private var overflow: Item?
    /// What stands for the oldest part of the history.
    private var summary: Compaction?

    private struct Unit {
        var items: [Item] = []
        var tokens = 0
        var rule = ContextReport.Rule.fits
        var startsAt: Int64 { items.last?.place.position ?? 0 }
    }

    package init(_ plan: ContextPlan, tokens: ItemTokens) {
        self.plan = plan
        self.tokens = tokens
        vocabulary = plan.profile.vocabulary ?? .o200k
        limit = plan.profile.vocabulary == nil ? plan.calibration.counted(plan.budget.tokens) : plan.budget.tokens
        let vocabulary = vocabulary
        instructionTokens = plan.instructions.reduce(0) {
            $0 + tokens.count($1, in: vocabulary) + ItemTokens.perMessage
        }
        spent = instructionTokens + plan.toolTokens + ItemTokens.reply
        estimated = plan.profile.vocabulary == nil || plan.toolTokens > 0
        // A result at its head belongs to a call of the history, whatever follows it.
        newestIsOpen =
            plan.input.first { !$0.content.isInstruction && $0.content.kind != .reasoning }
            .map { !$0.content.isFromUser } ?? true
        for draft in plan.input {
            spent += cost(of: draft)
            if ItemTokens.isEstimated(draft.content) { estimated = true }
        }
        for item in plan.pinned.flatMap(\.items) { spent += cost(of: item) }
        if let summary = plan.summary { stand(summary) }
    }
}

extension ContextBuilder {
    /// Takes the next older item of the active path.
    /// - Returns: whether older ones can still matter.
    package mutating func add(_ item: Item) -> Bool {
        seen += 1
        if let covers = summary?.covers, item.place.position <= covers {
            full = full ?? .summarised
            drop(item, .summarised)
            return wantsDropped
        }
        if let compaction = Compaction(item.content) {
            if summary == nil { stand(compaction) }
            return true
        }
        guard full == nil else {
            drop(item, .overBudget)
            return wantsDropped
        }
        if plan.policy == .stable, let cut = plan.cut, item.place.position < cut, !newestIsOpen {
            full = .beforeCut
            drop(item, .beforeCut)
            return wantsDropped
        }
        guard item.content.kind != .reasoning, !isSuperseded(item.content) else {
            drop(item, .notForModel)
            return true
        }
        let cost = cost(of: item)
        open.items.append(item)
        open.tokens += cost
        if item.content.isFromUser { close() }
        return full == nil || wantsDropped
    }

    /// Puts a summary at the head of the context.
    ///
    /// One that does not fit is left out: what it stands for would be too.
    private mutating func stand(_ compaction: Compaction) {
        let cost = tokens.count(compaction.message, in: vocabulary) + ItemTokens.perMessage
        guard spent + cost <= limit else { return }
        summary = compaction
        spent += cost
    }

    /// Instructions stand in front of the context already.
    private func isSuperseded(_ content: ItemContent) -> Bool {
        content.isInstruction && !plan.instructions.isEmpty && !plan.keepsInstructionItems
    }

    private var wantsDropped: Bool { plan.explains && dropped.count < ContextPlan.explainLimit }

    /// Decides about the unit that a user message has completed.
    private mutating func close() {
        var unit = open
        open = Unit()
        if isPinned(unit) {
            unit.rule = .pinned
            newestIsOpen = false
            return kept.append(unit)
        }
        if newestIsOpen {
            newestIsOpen = false
            unit.rule = .newest
            if spent + unit.tokens > limit { overflow = unit.items.last }
            return keep(unit)
        }
        if case .turns(let most) = plan.policy, turns >= most { return refuse(unit, .turnLimit) }
        if spent + unit.tokens > limit { return refuse(unit, .overBudget) }
        turns += 1
        keep(unit)
    }

    /// Pinned units were charged before the history was looked at.
    private func isPinned(_ unit: Unit) -> Bool {
        plan.pinned.contains { $0.position == unit.startsAt }
    }

    private mutating func keep(_ unit: Unit) {
        spent += unit.tokens
        kept.append(unit)
    }

    private mutating func refuse(_ unit: Unit, _ rule: ContextReport.Rule) {
        full = rule
        for item in unit.items { drop(item, rule) }
    }

    private mutating func drop(_ item: Item, _ rule: ContextReport.Rule) {
        guard plan.explains, dropped.count < ContextPlan.explainLimit else { return }
        let rule = full ?? rule
        dropped.append(entry(item, rule == .summarised ? .summarised : .dropped, rule))
    }

    private func entry(
        _ item: Item,
        _ fate: ContextReport.Fate,
        _ rule: ContextReport.Rule
    ) -> ContextReport.Entry {
        .init(item: item, tokens: counts[item.place] ?? item.tokens ?? 0, fate: fate, rule: rule)
    }
}

extension ContextBuilder {
    private mutating func cost(of item: Item) -> Int {
        if ItemTokens.isEstimated(item.content) { estimated = true }
        let count: Int
        if vocabulary == .o200k, let stored = item.tokens {
            count = stored
        } else {
            count = tokens.count(item.content, in: vocabulary)
            if vocabulary == .o200k { counts[item.place] = count }
        }
        return count + ItemTokens.perMessage
    }

    private func cost(of draft: ItemDraft) -> Int {
        let stored = vocabulary == .o200k ? draft.tokens : nil
        return (stored ?? tokens.count(draft.content, in: vocabulary)) + ItemTokens.perMessage
    }
}

extension ContextBuilder {
    /// The context and its report.
    package consuming func finish() throws -> Context {
        closeBeginning()
        let wantsSummary = plan.summaryMark.map { full == .overBudget || spent > $0 } ?? false
        if !wantsSummary { try checkFits() }
        var newCut: Int64?
        if plan.policy == .stable, full == .overBudget { newCut = cutToLowWater(of: limit) }
        var summariseUpTo: Int64?
        if wantsSummary, plan.tip > summary?.covers ?? 0 {
            summariseUpTo = (cutToLowWater(of: min(limit, plan.summaryMark ?? limit)) ?? plan.tip + 1) - 1
        }
        if let up = summariseUpTo, up <= summary?.covers ?? 0 { summariseUpTo = nil }
        if wantsSummary, summariseUpTo == nil { try checkFits() }
        for unit in plan.pinned where !kept.contains(where: { $0.startsAt == unit.position }) {
            let index = kept.firstIndex { $0.startsAt < unit.position } ?? kept.count
            kept.insert(Unit(items: unit.items.reversed(), rule: .pinned), at: index)
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

    /// What stands before the first user message: sent where everything is, else left out.
    private mutating func closeBeginning() {
        guard plan.policy == .all, full == nil, !open.items.isEmpty else {
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
            unit.items.map { entry($0, unit.rule == .pinned ? .pinned : .kept, unit.rule) }
        }
        return (sent + dropped).sorted { $0.item.place.position > $1.item.place.position }
    }

    /// Between two cuts of `stable` everything but the new input was sent before.
    private var cachedPrefix: Int {
        guard plan.policy == .stable, full != .overBudget else { return 0 }
        return max(0, spent - plan.input.reduce(0) { $0 + cost(of: $1) } - ItemTokens.reply)
    }
}
