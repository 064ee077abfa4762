/// The pieces of a query.
enum SearchLexeme: Hashable {
    case open
    case close
    case and
    case or
    case not
    case text(String, isPrefix: Bool)
    case filter(SearchFilter.Condition)
}

/// Cuts a query into its pieces; every text is some list of them.
struct SearchLexer {
    private let scalars: [Unicode.Scalar]
    private var index = 0
    private var lexemes: [SearchLexeme] = []

    static func lexemes(of text: String) -> [SearchLexeme] {
        var lexer = Self(scalars: Array(text.unicodeScalars))
        while lexer.index < lexer.scalars.count { lexer.next() }
        return lexer.lexemes
    }

    private init(scalars: [Unicode.Scalar]) { self.scalars = scalars }

    private mutating func next() {
        let scalar = scalars[index]
        switch scalar {
        case "(": lexemes.append(.open)
        case ")": lexemes.append(.close)
        case _ where Self.isQuote(scalar):
            index += 1
            return append(quoted())
        case "-" where index + 1 < scalars.count && !scalars[index + 1].properties.isWhitespace:
            lexemes.append(.not)
        case _ where scalar.properties.isWhitespace || scalar == "-": break
        default: return word()
        }
        index += 1
    }

    /// A piece up to white space, a parenthesis or a quotation mark: an operator, a filter or text.
    private mutating func word() {
        let piece = take { $0.properties.isWhitespace || $0 == "(" || $0 == ")" || Self.isQuote($0) }
        switch piece {
        case "AND": return lexemes.append(.and)
        case "OR": return lexemes.append(.or)
        case "NOT": return lexemes.append(.not)
        default: break
        }
        if let colon = piece.firstIndex(of: ":") {
            let name = piece[..<colon].lowercased()
            var value = String(piece[piece.index(after: colon)...])
            if SearchFilter.Condition.names.contains(name), value.isEmpty, index < scalars.count,
                Self.isQuote(scalars[index])
            {
                index += 1
                value = quoted()
            }
            if let condition = SearchFilter.Condition(name, value) { return lexemes.append(.filter(condition)) }
            if !value.isEmpty { return append("\(name):\(value)") }
        }
        append(piece)
    }

    private mutating func append(_ text: String) {
        let isPrefix = text.hasSuffix("*") || index < scalars.count && scalars[index] == "*"
        lexemes.append(.text(text, isPrefix: isPrefix))
    }

    /// What stands up to the next quotation mark, or to the end.
    private mutating func quoted() -> String {
        let text = take(until: Self.isQuote)
        index += 1
        return text
    }

    private mutating func take(until isEnd: (Unicode.Scalar) -> Bool) -> String {
        var taken = String.UnicodeScalarView()
        while index < scalars.count, !isEnd(scalars[index]) {
            taken.append(scalars[index])
            index += 1
        }
        return String(taken)
    }

    private static func isQuote(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "\"" || scalar == "\u{201C}" || scalar == "\u{201D}"
    }
}
