import Parley
import Testing

/// What of a text is shown.
struct SearchSnippetTests {
    private struct Shown: Equatable {
        var text: String
        var found: [String]
    }

    private func snippet(_ query: String, _ text: String) throws -> Shown {
        var tokeniser = SearchTokeniser()
        let snippet = SearchSnippet(of: text, try SearchQuery(query).node, &tokeniser)
        let scalars = Array(snippet.text.unicodeScalars)
        let found = snippet.highlights.map { range in
            var part = String.UnicodeScalarView()
            part.append(contentsOf: scalars[range])
            return String(part)
        }
        return Shown(text: snippet.text, found: found)
    }

    @Test func whatWasFoundIsHighlighted() throws {
        let lines = Shown(text: "A Red apple, réd", found: ["Red", "apple", "réd"])
        #expect(try snippet("apple red", "A Red apple,\nréd") == lines)
        #expect(try snippet("天气预报", "今天的天气预报说") == Shown(text: "今天的天气预报说", found: ["天气预报"]))
        #expect(try snippet("天", "天气，今天") == Shown(text: "天气，今天", found: ["天", "天"]))
        let words = Shown(text: "apple application", found: ["apple", "application"])
        #expect(try snippet("app*", "apple application") == words)
        #expect(try snippet("天气 气预", "天气预") == Shown(text: "天气预", found: ["天气预"]))
    }

    @Test func aLongTextIsCutAroundTheBestPlace() throws {
        let filler = Array(repeating: "filler", count: 200).joined(separator: " ")
        let shown = try snippet("red apple", "red \(filler) a red big apple \(filler)")
        #expect(shown.found == ["red", "apple"])
        #expect(shown.text.hasPrefix("…") && shown.text.hasSuffix("…") && shown.text.count <= 180)
    }

    @Test func aSnippetIsOneLine() throws {
        let spaces = (0...0x3000).compactMap(Unicode.Scalar.init).filter(\.properties.isWhitespace)
        #expect(spaces.count == 25)
        for space in spaces {
            let shown = try snippet("red", "a\(space)red\(space)气")
            #expect(shown == Shown(text: "a red 气", found: ["red"]), "\(space.value)")
        }
        #expect(try snippet("red", "é 气 red 😀\u{200B}") == Shown(text: "é 气 red 😀\u{200B}", found: ["red"]))
    }

    @Test func highlightsStandBehindWhatIsLeftOut() throws {
        let filler = Array(repeating: "filler", count: 60).joined(separator: " ")
        #expect(try snippet("red", "\(filler) red 气").found == ["red"])
    }

    @Test(arguments: 0..<200)
    func highlightsAreInOrderAndWithinTheText(_ seed: Int) throws {
        var random = RandomTexts(seed)
        let text = random.mixed(Int.random(in: 1...200, using: &random))
        let query = random.mixed(2)
        var tokeniser = SearchTokeniser()
        let snippet = SearchSnippet(of: text, try SearchQuery(query).node, &tokeniser)
        var end = 0
        for range in snippet.highlights {
            #expect(range.lowerBound >= end && !range.isEmpty && range.upperBound <= snippet.text.unicodeScalars.count)
            end = range.upperBound
        }
    }
}
