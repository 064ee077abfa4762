import Testing

@testable import Parley

/// Days, budgets and rates, without any store.
struct SpendingTests {
    private static let spender = Spender(user: .init(1))

    @Test(arguments: [
        ("1970-01-01", 0), ("1969-12-31", -1), ("2000-02-29", 11_016), ("2026-11-27", 20_784), ("2100-03-01", 47_541),
    ])
    func daysAreThoseOfTheCalendar(_ text: String, _ number: Int64) {
        #expect(Day(text)?.number == number)
        #expect(Day(number: number).text == text)
    }

    @Test func everyDayComesBack() {
        for number in stride(from: Int64(-800_000), to: 2_000_000, by: 37) {
            let (year, month, day) = Day(number: number).civil
            #expect(Day(year: year, month: month, day: day).number == number)
        }
    }

    @Test(arguments: ["2026-02-29", "2026-13-01", "2026-1-1", "26-11-27", "2026-11-00", "", "x"])
    func whatIsNoDayIsNone(_ text: String) {
        #expect(Day(text) == nil)
    }

    @Test func periodsEndAtMidnightUTC() {
        let last = Timestamp(milliseconds: (Day("2026-12-31")?.start.milliseconds ?? 0) + Day.milliseconds - 1)
        let month = Period(.month, at: last)
        #expect(month.name == "2026-12" && month.first.text == "2026-12-01" && month.end.text == "2027-01-01")
        let day = Period(.day, at: last.adding(.milliseconds(1)))
        #expect(day.name == "2027-01-01" && day.end.text == "2027-01-02")
    }

    @Test func moneyIsWrittenAsPeopleDo() {
        #expect(
            [0, 1, 1_500_000, -20_000_000, 123_456_789].map { Money.text($0) } == [
                "0", "0.000001", "1.5", "-20", "123.456789",
            ]
        )
        #expect(Money.millionths(0.15) == 150_000 && Money.millionths(-1) == nil && Money.millionths(.infinity) == nil)
    }

    @Test func aBudgetMayBeUsedUpAndNotPassed() throws {
        let budget = Budget(spender: Self.spender, span: .month, tokens: 100, cost: 2_000_000)
        let period = Period(.month, at: (Day("2026-11-27") ?? Day(number: 0)).start)
        try budget.check(Spent(tokens: 40, cost: 1), after: Spent(tokens: 60, cost: 0), in: period)
        #expect {
            try budget.check(Spent(tokens: 41), after: Spent(tokens: 60), in: period)
        } throws: { error in
            let error = error as? ParleyError
            return error?.code == .quotaExceeded && error?.message.contains("100 tokens a month: 60 is used") == true
                && error?.message.contains("2026-12-01T00:00:00Z") == true
        }
        #expect {
            try budget.check(Spent(cost: 1_500_001), after: Spent(cost: 500_000), in: period)
        } throws: { error in
            (error as? ParleyError)?.message.contains("$2 a month: $0.5 is used") == true
        }
    }

    @Test func aMinutesRequestsFlowBackEvenly() throws {
        let rates = Rates()
        let limited = [Limited(Self.spender, Allowance([.requestsPerMinute: 6]))]
        let start = ContinuousClock.now
        for _ in 0..<6 { _ = try rates.enter(limited, now: start) }
        #expect {
            _ = try rates.enter(limited, now: start)
        } throws: { error in
            let error = error as? ParleyError
            return error?.code == .rateLimited
                && error?.retryAfter.map { $0 > .seconds(9.9) && $0 < .seconds(10.1) } == true
        }
        _ = try rates.enter(limited, now: start + .seconds(10.1))
        #expect(throws: ParleyError.self) { _ = try rates.enter(limited, now: start + .seconds(10.2)) }
    }

    @Test func whatRunsAtTheSameTimeIsCountedUntilItEnds() throws {
        let rates = Rates()
        let limited = [Limited(Self.spender, Allowance([.concurrentTurns: 2]))]
        let first = try rates.enter(limited)
        var second: Permit? = try rates.enter(limited)
        #expect(throws: ParleyError.self) { _ = try rates.enter(limited) }
        first.leave(used: 0)
        first.leave(used: 0)
        let third = try rates.enter(limited)
        #expect(throws: ParleyError.self) { _ = try rates.enter(limited) }
        #expect(second != nil)
        second = nil
        _ = try rates.enter(limited)
        third.leave(used: 0)
    }

    @Test func unusedTokensOfAMinuteComeBack() throws {
        let rates = Rates()
        let limited = [Limited(Self.spender, Allowance([.tokensPerMinute: 100]))]
        let now = ContinuousClock.now
        let first = try rates.enter(limited, now: now)
        try first.take(90, now: now)
        let second = try rates.enter(limited, now: now)
        #expect(throws: ParleyError.self) { try second.take(20, now: now) }
        first.leave(used: 10)
        try second.take(90, now: now)
        // More than a minute has is let through once the minute is full.
        #expect(throws: ParleyError.self) { try second.take(1000, now: now) }
        let other = try Rates().enter(limited, now: now)
        try other.take(1000, now: now)
    }

    @Test func theBoundCountsWhatIsSentAndNotThePixels() {
        let profile = ModelProfile(name: "m", window: 1000, reserve: 10)
        func bound(_ body: String, maximum: Int? = nil, samples: Int = 1) -> SpendingBound {
            SpendingBound(of: Array(body.utf8), maximum: maximum, samples: samples, profile: profile, counter: Bytes())
        }
        #expect(bound("12345", maximum: 7).input == 5 + SpendingBound.framing)
        #expect(bound("12345", maximum: 7, samples: 3).output == 21)
        #expect(bound("12345").output == 1000)
        #expect(bound("1", maximum: 1_000_000_000).output == 1_000_000_000)
        let image =
            #"{"type":"image_url","image_url":{"url":"data:image/png;base64,\#(String(repeating: "A", count: 90_000))"}}"#
        let picture = Int64(SpendingBound.unknownPicture)
        #expect((picture..<picture + 200).contains(bound(image).input))
        let escaped = image.replacing("image/png", with: #"image\/png"#).replacing("AAAA", with: #"A\/AA"#)
        #expect((picture..<picture + 200).contains(bound(escaped).input))
        #expect((3 * picture..<3 * picture + 600).contains(bound("[\(image),\(image),\(image)]").input))
        let linked = #"{"type":"image_url","image_url":{"url":"https://example.com/a.png"}}"#
        #expect((picture..<picture + 200).contains(bound(linked).input))
        #expect(bound(linked.replacing(#""image_url":"#, with: #""\u0069mage_url":"#)).input > picture)
        #expect(bound(#"{"url":"data:image/png;base64,AAAA"}"#).input > picture)
        #expect(bound(#"{"url":"https://example.com/a.png","type":"image_url"}"#).input < 200)
        var known = profile
        known.maximumOutput = 50
        let cut = SpendingBound(of: [], maximum: 1_000_000_000, samples: 1, profile: known, counter: Bytes())
        #expect(cut.output == 50)
    }

    /// What only looks like a picture is text, whoever wrote it.
    @Test(arguments: [
        #"{"content":";base64,WORDS"}"#, #"{"content":"data:image/png;base64,WORDS"}"#,
        #"{"content":"see \"url\":\"data:image/png;base64,WORDS\""}"#, #"{"url":"see data:image/png;base64,WORDS"}"#,
        #"{"url":"data:audio/wav;base64,WORDS"}"#, #"{"url":"data:application/pdf;base64,WORDS"}"#,
        #"{"url":"data:image/png;base64,\u0041WORDS"}"#, #"{"url":"data:image/png;base64,A WORDS"}"#,
        #"["url","data:image/png;base64,WORDS"]"#, #"{"url":"data:image/png;base64,AA","text":"WORDS"}"#,
    ])
    func wordsAreNotTakenForAPicture(_ body: String) {
        let bytes = Array(body.replacing("WORDS", with: String(repeating: "word", count: 10_000)).utf8)
        let profile = ModelProfile(name: "m", window: 1000, reserve: 10)
        let bound = SpendingBound(of: bytes, maximum: 1, samples: 1, profile: profile, counter: Bytes())
        #expect(bound.input >= 40_000)
    }

    @Test(arguments: [
        #"{"url":"data:image/png;base64,AAAA"#, #"{"url":"data:image/png;base64,\"#, "\"", #"{"url":"data:"#,
    ])
    func aBodyThatEndsEarlyIsCounted(_ body: String) {
        let profile = ModelProfile(name: "m", window: 1000, reserve: 10)
        let bound = SpendingBound(of: Array(body.utf8), maximum: 1, samples: 1, profile: profile, counter: Bytes())
        #expect(bound.input > SpendingBound.framing)
    }

    @Test func aPictureCountsWhatTheModelTakesAtMost() throws {
        let row = try JSON(
            parsing: #"{"models":[{"name":"mini","window":9,"reserve":1,"picture_tokens":48169}]}"#
        )
        let body = Array(#"{"image_url":{"url":"data:image/png;base64,AAAA"}}"#.utf8)
        let profile = try ModelTable(json: row).profile(of: "mini-2024-07-18")
        let bound = SpendingBound(of: body, maximum: 1, samples: 1, profile: profile, counter: Bytes())
        #expect((48_169..<48_300).contains(bound.input))
    }

    @Test func pricesOfTheSettingsCount() {
        var table = ModelTable([ModelProfile(name: "known", window: 1000, reserve: 10)])
        #expect(table.profile(of: "known").price == nil)
        table.prices = ["known": ModelPrice(input: 1, output: 2), "*": ModelPrice(input: 3, output: 4)]
        #expect(table.profile(of: "known-2024").price?.output == 2)
        #expect(table.profile(of: "other").price?.input == 3)
        #expect(ModelPrice("0.15/0.6/0.075") == ModelPrice(input: 0.15, output: 0.6, cached: 0.075))
        #expect(
            ModelPrice("1") == nil && ModelPrice("-1/2") == nil && ModelPrice("1/2/3/4") == nil
                && ModelPrice("a/b") == nil
        )
        let usage = Usage(inputTokens: 100, outputTokens: 10, cachedTokens: 40)
        #expect(ModelPrice("1/2/0.5")?.cost(of: usage) == 100)
    }

    @Test func scopesAreReadByName() throws {
        #expect(try KeyScopes("read, chat").names == ["chat", "read"])
        #expect(throws: ParleyError.self) { _ = try KeyScopes("chat,write") }
        #expect(throws: ParleyError.self) { _ = try KeyScopes("") }
    }

    private struct Bytes: TokenCounter {
        func count(_ text: String, in vocabulary: Vocabulary) -> Int { text.utf8.count }
    }
}
