/// What a test asks of the echo within the text itself: `!name` or `!name=value`.
struct Directives {
    private let text: String

    init(_ text: String) {
        self.text = text
    }

    /// The value of a directive, empty when it has none; `nil` when it is not there.
    subscript(name: String) -> String? {
        for word in text.split(separator: "!").dropFirst(text.hasPrefix("!") ? 0 : 1) where word.hasPrefix(name) {
            let rest = word.dropFirst(name.count)
            if rest.first == "=" { return String(rest.dropFirst().prefix { !$0.isWhitespace }) }
            if rest.first.map({ !$0.isLetter && !$0.isNumber }) ?? true { return "" }
        }
        return nil
    }

    func has(_ name: String) -> Bool { self[name] != nil }

    func number(_ name: String) -> Int? { self[name].flatMap { Int($0) } }
}
