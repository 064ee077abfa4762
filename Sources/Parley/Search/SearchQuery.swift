/// A search as a person writes it, understood.
///
/// Words must all be there; `OR`, `NOT` or `-`, parentheses, `"phrases"` and `begin*` say otherwise; `role:`, `model:`,
/// `in:`, `tag:`, `before:`, `after:` and `has:tool` narrow it and hold for the whole. What makes no sense as an operator
/// is text: no query is wrong, it can only be too long.
package struct SearchQuery: Hashable, Sendable {
    /// `nil` when only filters are given, or no letter.
    package var node: SearchNode?
    package var filters: [SearchFilter]

    package static let maximumBytes = 512
    package static let maximumTerms = 16

    /// - Throws: ``ParleyError/Code/stringTooLong`` or ``ParleyError/Code/invalidValue`` for too many terms.
    package init(_ text: String) throws {
        guard text.utf8.count <= Self.maximumBytes else {
            throw ParleyError(
                .stringTooLong,
                "A search may have at most \(Self.maximumBytes) bytes. Leave some of it out.",
                parameter: "q"
            )
        }
        var parser = SearchParser(SearchLexer.lexemes(of: text))
        node = parser.parse()
        filters = parser.filters
        if node == nil, filters.isEmpty { node = SearchParser.literal(text) }
        guard (node?.terms ?? 0) <= Self.maximumTerms else {
            throw ParleyError(
                .invalidValue,
                "A search may have at most \(Self.maximumTerms) terms. Leave some out, or quote a phrase.",
                parameter: "q"
            )
        }
    }

    /// Whether it asks for anything at all.
    package var isEmpty: Bool { node == nil && filters.isEmpty }
}

extension SearchNode {
    fileprivate var terms: Int {
        switch self {
        case .phrase: 1
        case .all(let nodes), .any(let nodes): nodes.reduce(0) { $0 + $1.terms }
        case .not(let node): node.terms
        }
    }
}
