import Dispatch
import Parley
import ParleySQLite
import ParleyStore
import Synchronization
import Testing

/// Budgets and sums in the commits of turns.
struct SpendingStoreTests {
    private static let noon = Timestamp(milliseconds: Day.milliseconds * 20_784 + 43_200_000)

    /// A budget of the local user.
    private static func budget(_ place: TemporaryStore, _ span: Budget.Span = .day, tokens: Int64? = 100) -> Budget {
        Budget(spender: Spender(user: place.user.id), span: span, tokens: tokens, cost: nil)
    }

    private static func acceptance(
        _ place: TemporaryStore,
        tokens: Int64,
        at time: Timestamp = noon,
        _ budgets: [Budget]? = nil
    ) -> TurnAcceptance {
        var acceptance = place.acceptance([user("hello \(UInt64.random(in: 0 ... .max))")])
        acceptance.createdAt = time
        acceptance.reservation = Reservation(
            turn: acceptance.id,
            most: Spent(tokens: tokens),
            budgets: budgets ?? [budget(place)],
            time: time
        )
        return acceptance
    }

    private static func settlement(
        _ place: TemporaryStore,
        _ turn: AcceptedTurn,
        _ usage: Usage?,
        status: Turn.Status = .completed,
        cost: Int64? = nil
    ) -> TurnSettlement {
        var settlement = place.settlement(turn, "hi", status: status)
        settlement.usage = usage
        settlement.cost = cost
        return settlement
    }

    private static func spent(
        _ place: TemporaryStore,
        at time: Timestamp = noon,
        _ span: Budget.Span = .day
    ) throws -> Int64 {
        try place.store.spent(by: Spender(user: place.user.id), in: Period(span, at: time)).tokens
    }

    @Test func whatCouldPassABudgetIsRefusedAndStoresNothing() async throws {
        try await TemporaryStore.with { place in
            _ = try await place.accept(Self.acceptance(place, tokens: 60))
            await #expect {
                try await place.accept(Self.acceptance(place, tokens: 41))
            } throws: { ($0 as? ParleyError)?.code == .quotaExceeded }
            let turns = try place.database.read { try $0.row("SELECT count(*) FROM turn") { try $0.integer(0) } }
            #expect(turns == 1)
            #expect(try Self.spent(place) == 60)
            _ = try await place.accept(Self.acceptance(place, tokens: 40))
            #expect(try Self.spent(place) == 100)
        }
    }

    @Test func settlingPutsWhatWasTakenInThePlaceOfTheReservation() async throws {
        try await TemporaryStore.with { place in
            let turn = try await place.accept(Self.acceptance(place, tokens: 60))
            _ = try await place.store.settle(Self.settlement(place, turn, Usage(inputTokens: 3, outputTokens: 4)))
            #expect(try Self.spent(place) == 7)
        }
    }

    @Test(arguments: [(Turn.Status.failed, 0, Int64(0)), (.failed, 5, 8), (.cancelled, 0, 3), (.incomplete, 2, 5)])
    func whatFailedBeforeAWordIsReleased(_ status: Turn.Status, _ output: Int, _ taken: Int64) async throws {
        try await TemporaryStore.with { place in
            let turn = try await place.accept(Self.acceptance(place, tokens: 60))
            let usage = Usage(inputTokens: 3, outputTokens: output, estimated: true)
            _ = try await place.store.settle(Self.settlement(place, turn, usage, status: status))
            #expect(try Self.spent(place) == taken)
        }
    }

    @Test func aReleaseThatWasRefusedIsTriedAgain() async throws {
        try await TemporaryStore.with { place in
            let database = WatchedDatabase(place.database)
            let store = try await Store(database, host: "test", pid: 1)
            let reservation = try #require(Self.acceptance(place, tokens: 20).reservation)
            try await store.reserve(reservation)
            database.refuses = ParleyError(.overloaded, "much")
            store.release(reservation.turn)
            database.refuses = nil
            store.writeUnrecorded()
            try await place.database.write(.maintenance) { _ in }
            #expect(try Self.spent(place) == 0)
        }
    }

    @Test func aCrashReleasesWhatWasSetAside() async throws {
        let place = try await TemporaryStore()
        let done = try await place.accept(Self.acceptance(place, tokens: 50))
        _ = try await place.store.settle(Self.settlement(place, done, Usage(inputTokens: 10, outputTokens: 10)))
        _ = try await place.accept(Self.acceptance(place, tokens: 60))
        let reservation = Self.acceptance(place, tokens: 20).reservation
        try await place.store.reserve(try #require(reservation))
        #expect(try Self.spent(place) == 100)
        await place.close()
        let again = try await TemporaryStore(directory: place.directory)
        #expect(try Self.spent(again) == 20)
        let rows = try again.database.read { try $0.row("SELECT count(*) FROM reservation") { try $0.integer(0) } }
        #expect(rows == 0)
        _ = try await again.accept(Self.acceptance(again, tokens: 80))
        await again.remove()
    }

    @Test func aDayAndAMonthBeginAnew() async throws {
        try await TemporaryStore.with { place in
            let budgets = [Self.budget(place), Self.budget(place, .month, tokens: 150)]
            // 2026-11-30, a moment before midnight.
            let evening = Timestamp(milliseconds: Day.milliseconds * 20_788 - 1)
            #expect(Day(evening).text == "2026-11-30")
            func take(_ tokens: Int64, at time: Timestamp) async throws {
                let turn = try await place.accept(Self.acceptance(place, tokens: tokens, at: time, budgets))
                let usage = Usage(inputTokens: Int(tokens), outputTokens: 0)
                _ = try await place.store.settle(Self.settlement(place, turn, usage))
            }
            try await take(60, at: evening.adding(.seconds(-86_400)))
            try await take(90, at: evening)
            await #expect(throws: ParleyError.self) { try await take(1, at: evening) }
            try await take(100, at: evening.adding(.milliseconds(1)))
            #expect(try Self.spent(place, at: evening, .month) == 150)
            #expect(try Self.spent(place, at: evening.adding(.milliseconds(1)), .month) == 100)
        }
    }

    @Test func whatWasUsedBeforeALimitCounts() async throws {
        try await TemporaryStore.with { place in
            var unlimited = place.acceptance([user("hello")])
            unlimited.createdAt = Self.noon
            let turn = try await place.accept(unlimited)
            _ = try await place.store.settle(Self.settlement(place, turn, Usage(inputTokens: 50, outputTokens: 0)))
            await #expect(throws: ParleyError.self) { try await place.accept(Self.acceptance(place, tokens: 51)) }
            _ = try await place.accept(Self.acceptance(place, tokens: 50))
        }
    }

    @Test func aTurnThatRanBeforeTheBudgetCountsOnceItEnds() async throws {
        try await TemporaryStore.with { place in
            var early = place.acceptance([user("early")])
            early.createdAt = Self.noon
            let running = try await place.accept(early)
            var unrecorded = place.acceptance([user("unrecorded")], in: .unrecorded)
            unrecorded.createdAt = Self.noon
            // The sums are begun by the first turn under the budget.
            _ = try await place.accept(Self.acceptance(place, tokens: 10))
            #expect(try Self.spent(place) == 10)
            _ = try await place.store.settle(Self.settlement(place, running, Usage(inputTokens: 30, outputTokens: 5)))
            #expect(try Self.spent(place) == 45)
            #expect(try Self.spent(place, .month) == 35)
            await #expect(throws: ParleyError.self) { try await place.accept(Self.acceptance(place, tokens: 56)) }
            var sound: [DatabaseFinding] = []
            try await place.store.check { if case .finding(let finding) = $0 { sound.append(finding) } }
            #expect(sound == [])
        }
    }

    @Test func aRotationDoesNotResetABudget() async throws {
        try await TemporaryStore.with { place in
            let actor = AuditEvent.Actor(user: "root")
            let (old, _) = try await place.store.createKey(NewKey(owner: place.user.id), by: actor)
            let (other, _) = try await place.store.createKey(NewKey(owner: place.user.id), by: actor)
            func take(_ key: APIKey, _ tokens: Int64) async throws {
                let spender = Spender(user: place.user.id, key: key.id)
                let budget = Budget(spender: spender, span: .day, tokens: 100, cost: nil)
                var acceptance = Self.acceptance(place, tokens: tokens, [budget])
                acceptance.key = key.id
                let turn = try await place.accept(acceptance)
                let usage = Usage(inputTokens: Int(tokens), outputTokens: 0)
                _ = try await place.store.settle(Self.settlement(place, turn, usage))
            }
            try await take(old, 60)
            let (next, _) = try await place.store.rotateKey(old.handle, overlap: .seconds(60), by: actor)
            let (last, _) = try await place.store.rotateKey(next.handle, overlap: .seconds(60), by: actor)
            await #expect(throws: ParleyError.self) { try await take(last, 41) }
            try await take(last, 30)
            // While they overlap, both keys have one budget.
            await #expect(throws: ParleyError.self) { try await take(old, 11) }
            try await take(next, 10)
            try await take(other, 100)
            let period = Period(.day, at: Self.noon)
            #expect(try place.store.spent(by: Spender(user: place.user.id, key: last.id), in: period).tokens == 100)
            // Worked out anew it is the same.
            try await place.database.write(.turn) { _ = try $0.run("DELETE FROM spending") }
            #expect(try place.store.spent(by: Spender(user: place.user.id, key: next.id), in: period).tokens == 100)
            await #expect(throws: ParleyError.self) { try await take(last, 1) }
            let keys = UsageQuery(by: .key, days: Day(Self.noon)...Day(Self.noon), user: place.user.id)
            #expect(try await place.store.usage(keys).lines.count == 4)
        }
    }

    @Test func ofTwoAdministratorsAtOnceTheLaterOneIsHeard() async throws {
        try await TemporaryStore.with { place in
            let isFirst = Mutex(false)
            let (written, goesOn) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
            let database = WatchedDatabase(place.database) {
                guard isFirst.withLock({ $0 }) else { return }
                isFirst.withLock { $0 = false }
                written.signal()
                goesOn.wait()
            }
            let store = try await Store(database, host: "test", pid: 1)
            let spender = Spender(user: place.user.id)
            let actor = AuditEvent.Actor(user: "root")
            isFirst.withLock { $0 = true }
            async let first = store.setAllowance([.tokensPerDay: 1], of: spender, named: "", by: actor)
            await withCheckedContinuation { continuation in
                DispatchQueue.global().async {
                    written.wait()
                    continuation.resume()
                }
            }
            _ = try await store.setAllowance([.tokensPerDay: 2], of: spender, named: "", by: actor)
            goesOn.signal()
            _ = try await first
            #expect(store.allowance(of: spender)[.tokensPerDay] == 2)
        }
    }

    @Test func limitsAreKeptAndAudited() async throws {
        let place = try await TemporaryStore()
        let spender = Spender(user: place.user.id)
        let actor = AuditEvent.Actor(user: "root")
        _ = try await place.store.setAllowance(
            [.costPerMonth: 20_000_000, .tokensPerDay: 5],
            of: spender,
            named: "local",
            by: actor
        )
        let left = try await place.store.setAllowance([.tokensPerDay: nil], of: spender, named: "local", by: actor)
        #expect(left.limits == [.costPerMonth: 20_000_000])
        let events = try await place.store.auditEntries(AuditQuery(action: .budgetChanged)).elements
        #expect(events.count == 2 && events.first?.event.subject == "local" && events.first?.event.actor == actor)
        await place.close()
        let again = try await TemporaryStore(directory: place.directory)
        #expect(again.store.allowance(of: spender).limits == [.costPerMonth: 20_000_000])
        await again.remove()
    }

    @Test func usageIsReportedByWhatIsAskedFor() async throws {
        try await TemporaryStore.with { place in
            let anna = try await place.store.addUser("anna", role: .user)
            var conversation: Conversation.ID?
            for (owner, day, cost) in [(place.user, 0, Int64(5)), (place.user, 1, 7), (anna, 1, 11)] {
                var acceptance = place.acceptance([user("hello \(owner.name) \(day)")], owner: owner)
                acceptance.createdAt = Self.noon.adding(.seconds(86_400 * day))
                let turn = try await place.accept(acceptance)
                conversation = turn.conversation
                let usage = Usage(inputTokens: 10, outputTokens: 1, cachedTokens: 2)
                _ = try await place.store.settle(Self.settlement(place, turn, usage, cost: cost))
            }
            let (first, second) = (Day(Self.noon), Day(Self.noon).adding(1))
            func report(_ grouping: UsageQuery.Grouping, _ user: User? = nil, from: Day? = nil) async throws -> [String]
            {
                let query = UsageQuery(by: grouping, days: (from ?? first)...second, user: user?.id)
                return try await place.store.usage(query).lines.map { "\($0.name ?? "-") \($0.turns) \($0.cost)" }
            }
            #expect(try await report(.day) == ["2026-11-27 1 5", "2026-11-28 2 18"])
            #expect(try await report(.user) == ["local 2 12", "anna 1 11"])
            #expect(try await report(.model) == ["echo 3 23"])
            #expect(try await report(.key) == ["- 3 23"])
            #expect(try await report(.conversation, anna) == ["\(conversation?.text ?? "") 1 11"])
            #expect(try await report(.conversation, from: second).count == 2)
            #expect(try await report(.day, anna, from: second) == ["2026-11-28 1 11"])
        }
    }

    @Test func whatWasImportedIsNoSpending() async throws {
        try await TemporaryStore.with { other in
            for number in 0..<20 { try await other.turn([user("old \(number)")], answer: "hi") }
            let bytes = try await other.exported()
            try await TemporaryStore.with { place in
                var own = place.acceptance([user("first")])
                own.createdAt = Self.noon
                let turn = try await place.accept(own)
                _ = try await place.store.settle(Self.settlement(place, turn, Usage(inputTokens: 3, outputTokens: 4)))
                try await place.take(bytes)
                let last = try await place.turn([user("last")], answer: "hi")
                let days = min(Day(Self.noon), Day(.now))...max(Day(Self.noon), Day(.now))
                let query = UsageQuery(by: .conversation, days: days, user: place.user.id)
                let names = try await place.store.usage(query).lines.map(\.name)
                #expect(Set(names) == [turn.conversation?.text, last.conversation?.text] && names.count == 2)
            }
        }
    }

    @Test func theTextMayGoAndTheUsageStays() async throws {
        try await TemporaryStore.with { place in
            let turn = try await place.turn([user("hello")], answer: "hi")
            try await place.store.deleteConversation(try #require(turn.conversation), of: place.user.id)
            let today = Day(.now)
            let query = UsageQuery(by: .conversation, days: today.adding(-1)...today, user: nil)
            let lines = try await place.store.usage(query).lines
            #expect(lines.map(\.name) == [nil] && lines.first?.turns == 1)
            let report = try await place.store.usage(UsageQuery(by: .day, days: today.adding(-1)...today, user: nil))
            #expect(report.total.turns == 1 && report.total.unpricedTokens == 2)
        }
    }
}
