import Foundation
import Parley
import Testing

/// What the index knows of a text.
struct SearchTokeniserTests {
    private func tokens(_ text: String) -> [String] {
        var tokeniser = SearchTokeniser()
        return tokeniser.tokens(of: text).map(\.text)
    }

    @Test(
        arguments: [
            ("Hello, World 42", ["hello", "world", "42"]), ("天气预报", ["天气", "气预", "预报", "报"]),
            ("用GPT4写代码", ["用", "gpt4", "写代", "代码", "码"]), ("Ａｐｐ Café ＣＡＦＥ́", ["app", "cafe", "cafe"]),
            ("Straße ÉCOLE ﬁn", ["strasse", "ecole", "fin"]), ("你好，世界", ["你好", "好", "世界", "界"]),
            ("ｶﾅ カナ", ["カナ", "ナ", "カナ", "ナ"]), ("снег Ёлка", ["снег", "елка"]), ("한국어", ["한국", "국어", "어"]),
            ("体体體", ["体体", "体體", "體"]), ("🎉 ½ …", ["12"]), ("", []), ("don't", ["don", "t"]),
        ] as [(String, [String])]
    )
    func aTextIsCutAndFolded(_ text: String, _ expected: [String]) {
        #expect(tokens(text) == expected)
    }

    @Test func traditionalAndSimplifiedStayApart() {
        #expect(tokens("体育") != tokens("體育"))
    }

    @Test func aLongWordIsCutTheSameEverywhere() {
        let word = String(repeating: "ab", count: 500)
        #expect(tokens(word) == [String(word.prefix(64))])
        #expect(tokens(String(repeating: "é", count: 500)) == [String(repeating: "e", count: 64)])
    }

    @Test(arguments: 0..<200)
    func rangesCoverWhatTheTokenSays(_ seed: Int) {
        var random = RandomTexts(seed)
        let text = random.mixed(20)
        var tokeniser = SearchTokeniser()
        for token in tokeniser.tokens(of: text) {
            let part = String(decoding: Array(text.utf8)[token.range], as: UTF8.self)
            #expect(tokens(part).contains(token.text), "\(token) of \(text)")
        }
    }

    @Test(arguments: 0..<300)
    func everyPartOfChineseIsFoundAndNothingElse(_ seed: Int) throws {
        var random = RandomTexts(seed)
        let text = random.chinese(30)
        let query = random.chinese(Int.random(in: 1...4, using: &random))
        var tokeniser = SearchTokeniser()
        let node = try #require(try SearchQuery(query).node)
        let isFound = SearchDocument(text, for: node, &tokeniser).matches(node)
        #expect(isFound == text.contains(query), "\(query) in \(text)")
    }

    @Test(arguments: 0..<300)
    func everyPartOfAMixedTextIsFound(_ seed: Int) throws {
        var random = RandomTexts(seed)
        let text = random.mixed(20)
        let characters = Array(text)
        let start = Int.random(in: 0..<characters.count, using: &random)
        let end = Int.random(in: start..<characters.count, using: &random)
        var part = characters[start...end]
        // Words are found whole.
        func isLatin(_ character: Character) -> Bool {
            character.isLetter && character.utf8.count < 3 || character.isNumber || "Ａｐ".contains(character)
        }
        while let first = part.first, isLatin(first), start > 0 { part.removeFirst() }
        while let last = part.last, isLatin(last), end < characters.count - 1 { part.removeLast() }
        let query = String(part)
        guard let node = try SearchQuery("\"\(query)\"").node else { return }
        var tokeniser = SearchTokeniser()
        #expect(SearchDocument(text, for: node, &tokeniser).matches(node), "\(query) in \(text)")
    }

    @Test func whatIsIndexedIsWhatIsFound() {
        var tokeniser = SearchTokeniser()
        var bytes: [UInt8] = []
        tokeniser.append("Hello 天气", prefix: Array("u1x".utf8), to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == "u1xhello u1x天气 u1x气 ")
    }
}
