import Foundation
import Parley
import Testing

/// What a query is understood as.
struct SearchQueryTests {
    private func matches(_ query: String, _ text: String) throws -> Bool {
        var tokeniser = SearchTokeniser()
        guard let node = try SearchQuery(query).node else { return false }
        return SearchDocument(text, for: node, &tokeniser).matches(node)
    }

    @Test(
        arguments: [
            ("red apple", "an apple, red", true), ("red apple", "red", false), ("red OR green", "green", true),
            ("red NOT apple", "red apple", false), ("red -apple", "red pear", true), ("-apple", "pear", true),
            ("\"red apple\"", "a red apple", true), ("\"red apple\"", "apple red", false), ("app*", "apple", true),
            ("app", "apple", false), ("(red OR green) pear", "green pear", true), ("well-known", "well known", true),
            ("red (pear OR (apple", "red apple", true), ("天气", "今天气温", true), ("天气 北京", "北京的天气", true),
            ("气", "天气", true), ("气", "气温", true), ("GPT写", "用GPT写代码", true), ("天气。", "天气好", true),
            ("ＣＡＦＥ", "café", true), ("AND", "and so on", true), ("OR OR", "or or", true),
            ("\"unclosed words", "unclosed words", true),
            ("“red apple”", "a red apple", true), ("role:wizard", "role wizard", true), ("a:b", "a b", true),
            ("--red", "red", true), ("red OR", "red", true), ("red AND AND apple", "apple red", true),
        ] as [(String, String, Bool)]
    )
    func aQueryMeansWhatItSays(_ query: String, _ text: String, _ expected: Bool) throws {
        #expect(try matches(query, text) == expected)
    }

    @Test func filtersAreReadAndHoldForTheWhole() throws {
        let id = Conversation.ID.random()
        let query = try SearchQuery(
            "weather role:user -tag:work in:\(id.text) in:\"my trip\" model:gpt-4o before:2026-01-31 has:tool"
        )
        let phrase = try #require(query.node?.wanted.first)
        #expect(query.node == .phrase(phrase) && phrase.tokens == ["weather"])
        #expect(
            query.filters.map(\.condition) == [
                .role(.user), .tag("work"), .conversation(id), .title("my trip"), .model("gpt-4o"),
                .before(Timestamp(milliseconds: 1_769_817_600_000)), .hasTool,
            ]
        )
        #expect(query.filters.map(\.isNegated) == [false, true, false, false, false, false, false])
    }

    @Test(
        arguments: [
            ("2026", 1_767_225_600), ("2026-02", 1_769_904_000), ("2026-01-31", 1_769_817_600),
            ("2026-01-31T10:00:00Z", 1_769_853_600), ("2026-13-01", nil), ("2026-02-30", nil), ("soon", nil),
            ("٢٠٢٦", nil), ("", nil),
        ] as [(String, Int64?)]
    )
    func datesAreMomentsInUTC(_ text: String, _ seconds: Int64?) throws {
        let filters = try SearchQuery("x after:\(text)").filters
        #expect(filters.map(\.condition) == (seconds.map { [.after(Timestamp(milliseconds: $0 * 1000))] } ?? []))
    }

    @Test func tooLongAQueryIsRefused() {
        #expect(throws: ParleyError.self) { try SearchQuery(String(repeating: "x", count: 513)) }
        #expect(throws: ParleyError.self) { try SearchQuery(Array(repeating: "x", count: 17).joined(separator: " ")) }
        #expect(throws: Never.self) { try SearchQuery(Array(repeating: "x", count: 16).joined(separator: " ")) }
    }

    @Test(
        arguments: [
            ("red r*", "red"), ("r*", nil), ("red OR r*", nil), ("red -r*", "red"), ("-r*", nil),
            ("(red OR r*) blue", "blue"), ("red -(blue r*)", "red"), ("red -blue", "red -blue"),
            ("red OR blue", "red OR blue"), ("\"a r*\" red", "red"),
        ] as [(String, String?)]
    )
    func whatIsNotAskedForMakesAQueryWider(_ query: String, _ wider: String?) throws {
        let node = try #require(try SearchQuery(query).node)
        let expected = try wider.flatMap { try SearchQuery($0).node }
        #expect(node.without(Set(node.phrases.filter(\.isPrefix))) == expected)
    }

    @Test(arguments: 0..<500)
    func noTextIsWrong(_ seed: Int) throws {
        var random = RandomTexts(seed)
        let pieces = [
            "\"", "(", ")", "-", "*", "AND", "OR", "NOT", " ", "NEAR(", "x:", "a^", "\0", "role:", "in:\"", "天", "天气",
            "word", "“", "”", ":", "'", "{", "+", "\u{301}", "before:9999", "--", "\\", "%", "😀",
        ]
        let text = (0..<Int.random(in: 0...40, using: &random))
            .map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
        do {
            let query = try SearchQuery(text)
            var tokeniser = SearchTokeniser()
            let node = query.node ?? .all([])
            _ = SearchDocument("some word of 天气", for: node, &tokeniser).matches(node)
            _ = SearchSnippet(of: "some word of 天气", query.node, &tokeniser)
        } catch let error as ParleyError {
            #expect(error.code == .invalidValue, "\(text)")
        }
    }
}
