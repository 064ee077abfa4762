/// What a query asks of a text.
package indirect enum SearchNode: Hashable, Sendable {
    case phrase(SearchPhrase)
    case all([SearchNode])
    case any([SearchNode])
    case not(SearchNode)
}

/// Tokens that must follow each other.
package struct SearchPhrase: Hashable, Sendable {
    package var tokens: [String]
    /// Whether the last token only has to begin so.
    package var isPrefix: Bool
    /// One character of a script without spaces: too common to be ranked.
    package var isSingleCharacter: Bool

    /// The phrase that finds a text; `nil` when there is no letter in it.
    ///
    /// A run at its end may go on in what is found, so the token that closes it is left out.
    init?(_ text: String, isPrefix: Bool, _ tokeniser: inout SearchTokeniser) {
        var tokens = tokeniser.tokens(of: text)
        guard let last = tokens.last else { return nil }
        let isRun = last.kind == .closing
        if isRun, tokens.count > 1, tokens[tokens.count - 2].kind == .pair { tokens.removeLast() }
        self.tokens = tokens.map(\.text)
        self.isPrefix = isPrefix && !isRun || tokens.last?.kind == .closing
        isSingleCharacter = tokens.count == 1 && tokens[0].kind == .closing
    }
}

extension SearchNode {
    /// The phrases that a text should have.
    package var wanted: [SearchPhrase] {
        switch self {
        case .phrase(let phrase): [phrase]
        case .all(let nodes), .any(let nodes): nodes.flatMap(\.wanted)
        case .not: []
        }
    }

    /// Everything that is asked about.
    package var phrases: [SearchPhrase] {
        switch self {
        case .phrase(let phrase): [phrase]
        case .all(let nodes), .any(let nodes): nodes.flatMap(\.phrases)
        case .not(let node): node.phrases
        }
    }

    /// What finds all that this finds, and more, without asking for some phrases; `nil` stands for everything.
    package func without(_ phrases: Set<SearchPhrase>) -> SearchNode? {
        switch self {
        case .phrase(let phrase): return phrases.contains(phrase) ? nil : self
        case .all(let nodes): return .joined(nodes.compactMap { $0.without(phrases) }, SearchNode.all)
        case .any(let nodes):
            let wider = nodes.compactMap { $0.without(phrases) }
            return wider.count == nodes.count ? .any(wider) : nil
        case .not(let node): return phrases.isDisjoint(with: node.phrases) ? self : nil
        }
    }

    /// Whether results can be put in order by how well they match.
    package var isRanked: Bool { wanted.contains { !$0.isSingleCharacter } }

    /// Several nodes as one; `nil` for none.
    static func joined(_ nodes: [SearchNode], _ join: ([SearchNode]) -> SearchNode) -> SearchNode? {
        nodes.count < 2 ? nodes.first : join(nodes)
    }
}
