import Parley
import Testing

/// A token is a character here, so that budgets can be read off the texts.
struct CharacterCounter: TokenCounter {
    func count(_ text: String, in vocabulary: Vocabulary) -> Int { text.count }
}

/// What the context builder promises, on histories made at random and by hand.
struct ContextBuilderTests {
    private struct Random: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }

    /// A path of turns: user, then calls with results, then an answer; some reasoning, some pinned.
    private func history(_ turns: Int, _ random: inout Random) -> [Item] {
        var contents: [ItemContent] = Bool.random(using: &random) ? [ItemContent(role: .assistant, text: "hello")] : []
        for turn in 0..<turns {
            contents.append(ItemContent(role: .user, text: text(&random)))
            for number in 0..<Int.random(in: 0...2, using: &random) {
                contents.append(call("\(turn)-\(number)", text(&random)))
                contents.append(result("\(turn)-\(number)", text(&random)))
            }
            if Int.random(in: 0...3, using: &random) == 0 { contents.append(reasoning) }
            contents.append(ItemContent(role: .assistant, text: text(&random)))
        }
        return contents.enumerated().map { index, content in
            item(content, at: index + 1, pinned: Int.random(in: 0...40, using: &random) == 0)
        }
    }

    private func text(_ random: inout Random) -> String {
        String(repeating: "x", count: Int.random(in: 1...40, using: &random))
    }

    @Test(arguments: 0..<400)
    func everyContextKeepsItsPromises(_ seed: Int) throws {
        var random = Random(state: UInt64(seed) &* 7919 &+ 1)
        let history = history(Int.random(in: 0...30, using: &random), &random)
        let budget = Int.random(in: 20...1500, using: &random)
        let policy = [ContextPolicy.all, .recent, .turns(3), .stable, .recall][seed % 5]
        var plan = plan(policy, budget, history, cut: seed % 3 == 0 ? 5 : nil)
        if policy == .recall { plan.recalled = units(history).shuffled(using: &random) }
        guard let context = try? build(plan, history) else { return }
        #expect(context.report.tokens <= budget)
        #expect(context.instructions == plan.instructions)
        #expect(context.items.last == plan.input.last?.content)
        #expect(context.items.first?.isFromUser == true)
        let calls = context.items.filter { $0.kind == .functionCall }.compactMap(\.callID)
        let results = context.items.filter { $0.kind == .functionCallOutput }.compactMap(\.callID)
        #expect(calls == results)
        #expect(!context.items.contains { $0.kind == .reasoning })
        for item in history where item.pinned && item.content.kind != .reasoning && hasUserBefore(item, history) {
            #expect(context.items.contains(item.content))
        }
        if case .turns(let most) = policy, plan.pinned.isEmpty {
            #expect(context.items.count(where: \.isFromUser) <= most + 1)
        }
        #expect(inOrder(context.items.dropLast(), of: history))
    }

    @Test func theNewestTurnsThatFitAreKept() throws {
        let history = turns(["aaaa", "bbbb", "cccc"])
        // Reply 3, new message 4+4, and two turns of 2 × (4+4).
        let context = try build(plan(.recent, 3 + 8 + 32, history), history)
        #expect(context.items.map(\.text) == ["bbbb", "BBBB", "cccc", "CCCC", "next"])
        #expect(context.report.kept == 4)
        #expect(context.report.dropped == 2)
    }

    @Test func whatIsRecalledStandsInItsPlace() throws {
        let history = turns(["aaaa", "bbbb", "cccc", "dddd", "eeee"])
        // Reply 3, new message 4+4, and three turns of 2 × (4+4): a quarter of it holds one.
        var plan = plan(.recall, 3 + 8 + 56, history)
        plan.recalled = [units(history)[1], units(history)[0]]
        plan.explains = true
        let context = try build(plan, history)
        #expect(context.items.map(\.text) == ["bbbb", "BBBB", "dddd", "DDDD", "eeee", "EEEE", "next"])
        #expect(
            context.report.entries.map(\.fate) == [
                .kept, .kept, .kept, .kept, .dropped, .dropped, .recalled, .recalled, .dropped, .dropped,
            ]
        )
    }

    @Test func whatIsRecalledGivesWayToTheNewest() throws {
        var history = turns(["aaaa", "bbbb"])
        history.append(item(ItemContent(role: .user, text: String(repeating: "c", count: 50)), at: 5))
        // A quarter of it holds the turn that was found, but beside the newest message there is no room for it.
        var plan = plan(.recall, 70, history)
        plan.input = [ItemDraft(ItemContent(role: .assistant, text: "next"))]
        plan.recalled = [units(history)[0]]
        #expect(try build(plan, history).items.map(\.text) == [String(repeating: "c", count: 50), "next"])
    }

    @Test func aSummaryStandsForWhatItCovers() throws {
        let compaction = Compaction(summary: "s", covers: 4, model: "m")
        var history = turns(["aaaa", "bbbb", "cccc"])
        history.append(item(compaction.content(sealed: ""), at: 7))
        let context = try build(plan(.summary, 1000, history), history)
        #expect(context.items.map(\.text) == [compaction.message.text, "cccc", "CCCC", "next"])
        #expect(context.summary == compaction)
        #expect(context.summariseUpTo == nil)
    }

    @Test func aSummaryIsWantedForWhatDoesNotFit() throws {
        let history = turns(["aaaa", "bbbb", "cccc", "dddd", "eeee"])
        // Four turns fit; six tenths of the budget hold one.
        var plan = plan(.summary, 3 + 8 + 64, history)
        plan.summaryMark = 3 + 8 + 64
        plan.tip = 10
        let context = try build(plan, history)
        #expect(context.summariseUpTo == 8)
        plan.summary = Compaction(summary: "s", covers: 8, model: "m")
        plan.budget.tokens = 200
        plan.summaryMark = nil
        #expect(try build(plan, history).items.map(\.text).dropFirst() == ["eeee", "EEEE", "next"])
    }

    @Test func aVerbatimHistoryKeepsItsInstructionsAndItsBeginning() throws {
        let history = [
            item(ItemContent(role: .assistant, text: "hello"), at: 1),
            item(ItemContent(role: .developer, text: "dev"), at: 2), item(ItemContent(role: .user, text: "a"), at: 3),
        ]
        var plan = plan(.all, 1000, history)
        plan.instructions = [ItemContent(role: .system, text: "sys")]
        plan.isVerbatim = true
        #expect(try build(plan, history).items.map(\.text) == ["hello", "dev", "a", "next"])
    }

    @Test func allIsAnErrorWhenItDoesNotFit() throws {
        let history = turns(["aaaa", "bbbb", "cccc"])
        #expect(try build(plan(.all, 3 + 8 + 48, history), history).items.count == 7)
        #expect { try build(plan(.all, 3 + 8 + 47, history), history) } throws: {
            ($0 as? ParleyError)?.code == .contextLengthExceeded
        }
    }

    @Test func aNewestMessageThatDoesNotFitIsNamed() throws {
        let history = turns(["a"])
        let plan = plan(.recent, 10, history)
        #expect { try build(plan, history) } throws: { error in
            guard let error = error as? ParleyError, let newest = plan.input.last else { return false }
            return error.code == .contextLengthExceeded && error.message.contains(newest.id.digits)
                && error.message.contains("Input tokens exceed the configured limit")
        }
    }

    @Test func aResultBringsItsTurnWithIt() throws {
        let history = [
            item(ItemContent(role: .user, text: "weather?"), at: 1), item(call("1", "{}"), at: 2),
        ]
        var plan = plan(.recent, 1000, history)
        plan.input = [ItemDraft(result("1", "18"))]
        #expect(try build(plan, history).items.map(\.kind) == [.message, .functionCall, .functionCallOutput])
    }

    @Test func aResultFollowedByAQuestionKeepsItsCall() throws {
        let history = [
            item(ItemContent(role: .user, text: String(repeating: "w", count: 60)), at: 1),
            item(call("1", "{}"), at: 2),
        ]
        var plan = plan(.recent, 1000, history, cut: 5)
        plan.policy = .stable
        plan.input = [ItemDraft(result("1", "18")), ItemDraft(ItemContent(role: .user, text: "and now?"))]
        #expect(try build(plan, history).items.map(\.kind) == [.message, .functionCall, .functionCallOutput, .message])
    }

    @Test func turnsLimitsHowMany() throws {
        let history = turns(["a", "b", "c", "d"])
        #expect(try build(plan(.turns(2), 1000, history), history).items.map(\.text) == ["c", "C", "d", "D", "next"])
    }

    @Test func stableKeepsItsPrefixUntilTheBudgetIsPassed() throws {
        var texts = ["aaaa", "bbbb", "cccc", "dddd", "eeee", "ffff"]
        let first = turns(texts)
        // Five turns fit beside the new message.
        let budget = 3 + 8 + 5 * 16
        let cut = try build(plan(.stable, budget, first), first)
        #expect(cut.newCut == 9)
        #expect(cut.items.map(\.text) == ["eeee", "EEEE", "ffff", "FFFF", "next"])
        texts.append("gggg")
        let second = turns(texts)
        let kept = try build(plan(.stable, budget, second, cut: cut.newCut), second)
        #expect(kept.newCut == nil)
        #expect(kept.items.prefix(4).map(\.text) == ["eeee", "EEEE", "ffff", "FFFF"])
        #expect(kept.report.cachedPrefix > 0)
    }

    @Test func noMoreIsReadThanTheBudgetNeeds() throws {
        let history = turns((0..<1000).map { String(repeating: "x", count: 4 + $0 % 3) })
        var builder = ContextBuilder(plan(.recent, 200, history), tokens: ItemTokens(CharacterCounter()))
        var read = 0
        for item in history.reversed() {
            read += 1
            if !builder.add(item) { break }
        }
        #expect(read < 30)
    }

    @Test func theReportSaysWhyAnItemWasLeftOut() throws {
        let history = turns(["aaaa", "bbbb", "cccc"])
        var plan = plan(.recent, 3 + 8 + 32, history)
        plan.explains = true
        let entries = try build(plan, history).report.entries
        #expect(entries.map(\.fate) == [.kept, .kept, .kept, .kept, .dropped, .dropped])
        #expect(entries.last?.rule == .overBudget)
    }
}

extension ContextBuilderTests {
    private func turns(_ texts: [String]) -> [Item] {
        texts.flatMap { [ItemContent(role: .user, text: $0), ItemContent(role: .assistant, text: $0.uppercased())] }
            .enumerated().map { item($1, at: $0 + 1) }
    }

    private func item(_ content: ItemContent, at position: Int, pinned: Bool = false) -> Item {
        Item(
            id: .random(),
            place: Place(branch: 1, position: Int64(position)),
            content: content,
            status: .completed,
            createdAt: .now,
            turn: nil,
            tokens: nil,
            pinned: pinned
        )
    }

    private func call(_ id: String, _ arguments: String) -> ItemContent {
        ItemContent(
            .init([
                .init(name: "type", value: "function_call"), .init(name: "call_id", value: .string(id)),
                .init(name: "name", value: "f"), .init(name: "arguments", value: .string(arguments)),
            ])
        )
    }

    private func result(_ id: String, _ output: String) -> ItemContent {
        ItemContent(
            .init([
                .init(name: "type", value: "function_call_output"), .init(name: "call_id", value: .string(id)),
                .init(name: "output", value: .string(output)),
            ])
        )
    }

    private var reasoning: ItemContent {
        ItemContent(.init([.init(name: "type", value: "reasoning"), .init(name: "summary", value: [])]))
    }

    private func plan(_ policy: ContextPolicy, _ budget: Int, _ history: [Item], cut: Int64? = nil) -> ContextPlan {
        let profile = ModelProfile(name: "test", window: budget, reserve: 0, vocabulary: .o200k)
        return ContextPlan(
            policy: policy,
            budget: ContextBudget(request: nil, conversation: nil, profile: profile, maximumOutput: 0),
            model: "test",
            profile: profile,
            calibration: Calibration(),
            instructions: [],
            input: [ItemDraft(ItemContent(role: .user, text: "next"))],
            cut: cut,
            itemCount: history.count,
            pinned: pinnedUnits(history)
        )
    }

    private func build(_ plan: ContextPlan, _ history: [Item]) throws -> Context {
        var builder = ContextBuilder(plan, tokens: ItemTokens(CharacterCounter()))
        for item in history.reversed() where !builder.add(item) { break }
        return try builder.finish()
    }

    private func hasUserBefore(_ item: Item, _ history: [Item]) -> Bool {
        history.contains { $0.content.isFromUser && $0.place.position <= item.place.position }
    }

    private func pinnedUnits(_ history: [Item]) -> [ContextPlan.HistoryUnit] {
        units(history).filter { $0.items.contains(where: \.pinned) }.map { unit in
            ContextPlan.HistoryUnit(
                position: unit.position,
                items: unit.items.filter { $0.content.kind != .reasoning }
            )
        }
    }

    private func units(_ history: [Item]) -> [ContextPlan.HistoryUnit] {
        var units: [[Item]] = []
        for item in history {
            if item.content.isFromUser {
                units.append([item])
            } else if !units.isEmpty {
                units[units.count - 1].append(item)
            }
        }
        return units.map { ContextPlan.HistoryUnit(position: $0[0].place.position, items: $0) }
    }

    private func inOrder(_ contents: ArraySlice<ItemContent>, of history: [Item]) -> Bool {
        var rest = history.map(\.content)[...]
        for content in contents {
            guard let index = rest.firstIndex(of: content) else { return false }
            rest = rest[(index + 1)...]
        }
        return true
    }
}
