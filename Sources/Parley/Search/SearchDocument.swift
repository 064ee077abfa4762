/// A text cut into tokens, to be matched without an index.
package struct SearchDocument: Sendable {
    private let tokens: [SearchToken]
    private let places: [String: [Int]]

    package init(_ text: String, _ tokeniser: inout SearchTokeniser) {
        tokens = tokeniser.tokens(of: text)
        var places: [String: [Int]] = [:]
        for (index, token) in tokens.enumerated() { places[token.text, default: []].append(index) }
        self.places = places
    }

    /// Whether the index would find it.
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
        var found: [Range<Int>] = []
        for start in starts(of: phrase) where follows(phrase, from: start) {
            let last = tokens[start + phrase.tokens.count - 1].range
            let end = phrase.isSingleCharacter ? end(ofCharacterAt: start) : last.upperBound
            found.append(tokens[start].range.lowerBound..<end)
            if found.count == limit { break }
        }
        return found
    }

    private func starts(of phrase: SearchPhrase) -> [Int] {
        guard phrase.tokens.count == 1, phrase.isPrefix, let beginning = phrase.tokens.first else {
            return phrase.tokens.first.flatMap { places[$0] } ?? []
        }
        return tokens.indices.filter { tokens[$0].text.hasPrefix(beginning) }
    }

    private func follows(_ phrase: SearchPhrase, from start: Int) -> Bool {
        guard start + phrase.tokens.count <= tokens.count else { return false }
        let last = phrase.tokens.count - 1
        return phrase.tokens.indices.allSatisfy { offset in
            let token = tokens[start + offset].text
            return token == phrase.tokens[offset]
                || offset == last && phrase.isPrefix && token.hasPrefix(phrase.tokens[offset])
        }
    }

    /// A pair covers its second character too, which was not asked for.
    private func end(ofCharacterAt index: Int) -> Int {
        let token = tokens[index]
        guard token.kind == .pair, index + 1 < tokens.count else { return token.range.upperBound }
        return tokens[index + 1].range.lowerBound
    }
}
