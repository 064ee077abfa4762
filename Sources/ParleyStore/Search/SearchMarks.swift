import Parley

/// How the index tells owners apart, and what it knows of an item beside its text.
///
/// The owner is part of every token, so that nobody's words can be found with another's query, and filtering by owner
/// costs nothing.
struct SearchMarks {
    private let owner: String

    init(_ owner: User.ID) { self.owner = "u\(owner.rawValue)" }

    /// What stands before each token of a text.
    var prefix: String { owner + "x" }

    /// Every item has it.
    var all: String { owner + "a" }

    /// A call of a tool, or its result.
    var tool: String { owner + "t" }

    /// Instructions.
    var system: String { owner + "s" }

    /// What a person said.
    var user: String { owner + "p" }

    func conversation(_ row: Int64) -> String { "\(owner)c\(row)" }

    func of(_ content: ItemContent, in conversation: Int64) -> [String] {
        var marks = [all, self.conversation(conversation)]
        if content.kind == .functionCall || content.kind == .functionCallOutput { marks.append(tool) }
        if content.isInstruction { marks.append(system) }
        if content.isFromUser { marks.append(user) }
        return marks
    }
}

extension SearchMarks {
    /// A query as the index takes it; `nil` stands for every item.
    func expression(_ node: SearchNode?) -> FullTextExpression {
        switch node {
        case nil: .phrase([all], isPrefix: false)
        case .phrase(let phrase): .phrase(phrase.tokens.map { prefix + $0 }, isPrefix: phrase.isPrefix)
        case .any(let nodes): .any(nodes.map(expression))
        case .not(let node): .except(expression(nil), expression(node))
        case .all(let nodes): conjunction(nodes)
        }
    }

    private func conjunction(_ nodes: [SearchNode]) -> FullTextExpression {
        var wanted: [FullTextExpression] = []
        var excluded: [FullTextExpression] = []
        for node in nodes {
            if case .not(let inner) = node {
                excluded.append(expression(inner))
            } else {
                wanted.append(expression(node))
            }
        }
        return (wanted.isEmpty ? expression(nil) : .all(wanted)).except(excluded)
    }
}

extension FullTextExpression {
    /// Without what any of `others` finds.
    func except(_ others: [FullTextExpression]) -> FullTextExpression {
        others.isEmpty ? self : .except(self, others.count == 1 ? others[0] : .any(others))
    }
}
