/// A text as a query sees it: where the query's own tokens stand in it.
///
/// Made for one query, so that no token of the text has to be kept that it does not ask for.
package struct SearchDocument: Sendable {
    /// The query's tokens, each once, and of each where in the text it stands whole, or begins a token.
    private let asked: [[UInt8]]
    private var whole: [[Int]]
    private var beginnings: [[Int]]
    private var tokens: [Token] = []

    private struct Token {
        var kind: SearchToken.Kind
        var range: Range<Int>
    }

    /// Linear in the text.
    package init(_ text: String, for node: SearchNode, _ tokeniser: inout SearchTokeniser) {
        let asked = Set(node.phrases.flatMap(\.tokens)).map { Array($0.utf8) }
        self.asked = asked
        var whole = [[Int]](repeating: [], count: asked.count)
        var beginnings = whole
        var tokens: [Token] = []
        let source = Array(text.utf8)
        tokens.reserveCapacity(source.count / 3)
        tokeniser.scan(source) { token, kind, range in
            for index in asked.indices where token.first == asked[index].first && token.starts(with: asked[index]) {
                beginnings[index].append(tokens.count)
                if token.count == asked[index].count { whole[index].append(tokens.count) }
            }
            tokens.append(Token(kind: kind, range: range))
        }
        (self.whole, self.beginnings, self.tokens) = (whole, beginnings, tokens)
    }

    /// Whether the index would find it; the node is the one that this was made for, or part of it.
    package func matches(_ node: SearchNode) -> Bool {
        switch node {
        case .phrase(let phrase): !occurrences(of: phrase, limit: 1).isEmpty
        case .all(let nodes): nodes.allSatisfy(matches)
        case .any(let nodes): nodes.contains(where: matches)
        case .not(let node): !matches(node)
        }
    }

    /// Where a phrase stands, in bytes of the text's UTF-8, in order.
    func occurrences(of phrase: SearchPhrase, limit: Int) -> [Range<Int>] {
        let last = phrase.tokens.count - 1
        // For each token of the phrase where in the text it may stand.
        let choices = phrase.tokens.enumerated().map { offset, token in
            places(of: Array(token.utf8), isPrefix: phrase.isPrefix && offset == last)
        }
        guard let starts = choices.first else { return [] }
        var found: [Range<Int>] = []
        for start in starts where choices.indices.allSatisfy({ Self.contains(choices[$0], start + $0) }) {
            let end = phrase.isSingleCharacter ? end(ofCharacterAt: start) : tokens[start + last].range.upperBound
            found.append(tokens[start].range.lowerBound..<end)
            if found.count == limit { break }
        }
        return found
    }

    private func places(of token: [UInt8], isPrefix: Bool) -> [Int] {
        guard let index = asked.firstIndex(of: token) else { return [] }
        return isPrefix ? beginnings[index] : whole[index]
    }

    /// Whether a sorted list has a number.
    private static func contains(_ sorted: [Int], _ number: Int) -> Bool {
        var low = 0
        var high = sorted.count
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < number { low = middle + 1 } else { high = middle }
        }
        return low < sorted.count && sorted[low] == number
    }

    /// A pair covers its second character too, which was not asked for.
    private func end(ofCharacterAt index: Int) -> Int {
        let token = tokens[index]
        guard token.kind == .pair, index + 1 < tokens.count else { return token.range.upperBound }
        return tokens[index + 1].range.lowerBound
    }
}
