/// Makes a tree of a query's pieces; what does not fit together is left out.
struct SearchParser {
    private let lexemes: [SearchLexeme]
    private var index = 0
    private var tokeniser = SearchTokeniser()
    private(set) var filters: [SearchFilter] = []

    /// Deeper parentheses count for nothing.
    private static let deepest = 16

    init(_ lexemes: [SearchLexeme]) { self.lexemes = lexemes }

    mutating func parse() -> SearchNode? {
        var nodes: [SearchNode] = []
        while index < lexemes.count {
            if let node = alternatives(depth: 0) { nodes.append(node) }
            // A parenthesis that nobody opened.
            if index < lexemes.count { index += 1 }
        }
        return .joined(nodes, SearchNode.all)
    }

    /// A text whose operators are words like all others.
    static func literal(_ text: String) -> SearchNode? {
        var tokeniser = SearchTokeniser()
        let words = text.split(whereSeparator: \.isWhitespace)
        return .joined(
            words.compactMap { SearchPhrase(String($0), isPrefix: false, &tokeniser).map(SearchNode.phrase) },
            SearchNode.all
        )
    }

    private mutating func alternatives(depth: Int) -> SearchNode? {
        var nodes: [SearchNode] = []
        repeat {
            if let node = conjunction(depth) { nodes.append(node) }
        } while accept(.or)
        return .joined(nodes, SearchNode.any)
    }

    private mutating func conjunction(_ depth: Int) -> SearchNode? {
        var nodes: [SearchNode] = []
        while index < lexemes.count, lexemes[index] != .or, lexemes[index] != .close {
            if accept(.and) { continue }
            var isNegated = false
            while accept(.not) { isNegated.toggle() }
            guard let node = term(depth, isNegated) else { continue }
            nodes.append(isNegated ? .not(node) : node)
        }
        return .joined(nodes, SearchNode.all)
    }

    private mutating func term(_ depth: Int, _ isNegated: Bool) -> SearchNode? {
        guard index < lexemes.count, lexemes[index] != .or, lexemes[index] != .close else { return nil }
        let lexeme = lexemes[index]
        index += 1
        switch lexeme {
        case .text(let text, let isPrefix):
            return SearchPhrase(text, isPrefix: isPrefix, &tokeniser).map(SearchNode.phrase)
        case .filter(let condition):
            filters.append(SearchFilter(condition: condition, isNegated: isNegated))
            return nil
        case .open where depth < Self.deepest:
            let node = alternatives(depth: depth + 1)
            _ = accept(.close)
            return node
        case .open, .close, .and, .or, .not: return nil
        }
    }

    private mutating func accept(_ lexeme: SearchLexeme) -> Bool {
        guard index < lexemes.count, lexemes[index] == lexeme else { return false }
        index += 1
        return true
    }
}
