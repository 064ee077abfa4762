/// Chooses what of a conversation is sent, given its items newest first.
///
/// Pure. Give it items with ``add(_:)`` until it says that it has enough, then call ``finish()``: it never needs more of
/// the history than the budget holds. It thinks in *units*: a user message and everything up to the next one, so that a
/// context begins with a user message and a call is never parted from its result.
///
/// It promises: the total is within the budget; instructions, new input and pinned units are kept; the newest user
/// message is whole, or ``finish()`` throws ``ParleyError/Code/contextLengthExceeded`` and names it.
package struct ContextBuilder {
    let plan: ContextPlan
    let tokens: ItemTokens
    let vocabulary: Vocabulary
    /// The most tokens in our own counting.
    let limit: Int
    let instructionTokens: Int

    /// Tokens spent so far, and the units that will be sent, newest first; items within a unit newest first too.
    var spent: Int
    var kept: [Unit] = []
    /// The items since the oldest complete unit.
    var open = Unit()
    /// What was looked at and left out.
    private(set) var dropped: [ContextReport.Entry] = []
    private(set) var counts: [Place: Int] = [:]
    private(set) var estimated: Bool
    private var turns = 0
    private(set) var full: ContextReport.Rule?
    private var seen = 0
    /// The new input lacks a user message, so the newest unit of history belongs to it.
    private var newestIsOpen: Bool
    private(set) var overflow: Item?
    /// Older units that are sent because they fit what is asked; charged before the history is looked at.
    private(set) var recalled: [Unit] = []
    /// What stands for the oldest part of the history.
    private(set) var summary: Compaction?

    struct Unit {
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
        recall()
    }
}

extension ContextBuilder {
    /// Takes the best of the units that were found, as many as a quarter of the budget holds.
    private mutating func recall() {
        var share = min(limit / 4, limit - spent)
        for found in plan.recalled where !plan.pinned.contains(where: { $0.position == found.position }) {
            var unit = Unit(rule: .recalled)
            unit.items = found.items.reversed().filter { !isLeftOut($0.content) }
            unit.tokens = unit.items.reduce(0) { $0 + cost(of: $1) }
            guard unit.tokens <= share else { continue }
            share -= unit.tokens
            spent += unit.tokens
            recalled.append(unit)
        }
    }

    /// What no context has from a unit.
    private func isLeftOut(_ content: ItemContent) -> Bool {
        content.kind == .reasoning || content.kind == .compaction || isSuperseded(content)
    }

    /// Lets go of what was recalled when the newest unit needs the room.
    private mutating func giveWay(to unit: Unit) {
        guard spent + unit.tokens > limit else { return }
        spent -= recalled.reduce(0) { $0 + $1.tokens }
        recalled = []
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
        if let compaction = Compaction(item.content), compaction.covers < item.place.position {
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
        content.isInstruction && !plan.instructions.isEmpty && !plan.isVerbatim
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
        if let index = recalled.firstIndex(where: { $0.startsAt == unit.startsAt }) {
            // It is among the newest anyway, and paid for.
            recalled.remove(at: index)
            unit.rule = newestIsOpen ? .newest : .fits
            newestIsOpen = false
            return kept.append(unit)
        }
        if newestIsOpen {
            newestIsOpen = false
            unit.rule = .newest
            giveWay(to: unit)
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

    mutating func keep(_ unit: Unit) {
        spent += unit.tokens
        kept.append(unit)
    }

    mutating func refuse(_ unit: Unit, _ rule: ContextReport.Rule) {
        full = rule
        for item in unit.items { drop(item, rule) }
    }

    mutating func drop(_ item: Item, _ rule: ContextReport.Rule) {
        guard plan.explains, dropped.count < ContextPlan.explainLimit, !isSent(item) else { return }
        let rule = full ?? rule
        dropped.append(entry(item, rule == .summarised ? .summarised : .dropped, rule))
    }

    /// Whether it is part of a unit that is sent wherever it stands.
    private func isSent(_ item: Item) -> Bool {
        plan.pinned.contains { $0.items.contains { $0.place == item.place } }
            || recalled.contains { $0.items.contains { $0.place == item.place } }
    }

    func entry(
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

    func cost(of draft: ItemDraft) -> Int {
        let stored = vocabulary == .o200k ? draft.tokens : nil
        return (stored ?? tokens.count(draft.content, in: vocabulary)) + ItemTokens.perMessage
    }
}
