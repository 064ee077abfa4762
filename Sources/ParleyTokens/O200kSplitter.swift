/// The splitter of o200k_base.
///
/// The pattern, from tiktoken's `openai_public.py`, with U = `[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`,
/// L = `[\p{Ll}\p{Lm}\p{Lo}\p{M}]` and C = `(?i:'s|'t|'re|'ve|'m|'ll|'d)`:
///
///     [^\r\n\p{L}\p{N}]?U*L+C? | [^\r\n\p{L}\p{N}]?U+L*C? | \p{N}{1,3} |
///      ?[^\s\p{L}\p{N}]+[\r\n/]* | \s*[\r\n]+ | \s+(?!\S) | \s+
struct O200kSplitter: Splitter {
    /// L of the pattern.
    private static let small: CharacterClass = [.lower, .caseless, .mark]

    private let scanner: Scanner

    init(_ text: Text, _ classes: CharacterClasses) {
        scanner = Scanner(text: text, classes: classes)
    }

    @inline(__always)
    func pieceEnd(from start: Int) -> Int {
        let (kind, width) = scanner.character(at: start)
        if kind.isOne(of: [.letter, .mark]) { return wordEnd(from: start) }
        if kind.isOne(of: .number) { return scanner.numberEnd(afterFirst: start &+ width) }
        return otherEnd(from: start, kind, width)
    }

    /// A piece that starts with neither a letter, a mark nor a number.
    @inline(__always)
    private func otherEnd(from start: Int, _ kind: CharacterClass, _ width: Int) -> Int {
        let next = scanner.character(at: start &+ width)
        if next.kind.isOne(of: [.letter, .mark]), !kind.isOne(of: .newline) { return wordEnd(from: start &+ width) }
        if !kind.isOne(of: .whitespace) { return punctuationEnd(from: start) }
        if scanner.byte(at: start) == UInt8(ascii: " "), next.width > 0,
            !next.kind.isOne(of: [.whitespace, .number])
        {
            return punctuationEnd(from: start &+ 1)
        }
        return whitespaceEnd(from: start)
    }

    /// `U*L+C?` or, if that fails, `U+L*C?`, from a letter or a mark.
    @inline(__always)
    private func wordEnd(from start: Int) -> Int {
        let lower = start &+ scanner.text.lowercaseRun(from: start)
        let end =
            lower == start
            ? mixedEnd(from: start)
            : scanner.byte(at: lower) < 0x80 ? lower : scanner.runEnd(from: lower, of: Self.small)
        return end &+ scanner.contraction(at: end)
    }

    /// The end of a word that does not start with an ASCII lower-case letter, before a contraction.
    ///
    /// Without a lower-case letter after the run of U, the expression gives back characters of the run until one may
    /// stand for L: the word ends after the last caseless letter or mark, or at the end of the run if there is none.
    private func mixedEnd(from start: Int) -> Int {
        var at = start
        var afterCaseless: Int?
        while at < scanner.text.count {
            let (kind, width) = scanner.character(at: at)
            if kind.isOne(of: .lower) { return smallEnd(from: at) }
            guard kind.isOne(of: [.upper, .caseless, .mark]) else { break }
            at &+= width
            if !kind.isOne(of: .upper) { afterCaseless = at }
        }
        return afterCaseless ?? at
    }

    /// The end of the run of L from `start`.
    @inline(__always)
    private func smallEnd(from start: Int) -> Int {
        let end = start &+ scanner.text.lowercaseRun(from: start)
        return scanner.byte(at: end) < 0x80 ? end : scanner.runEnd(from: end, of: Self.small)
    }

    private func punctuationEnd(from start: Int) -> Int {
        var at = scanner.punctuationEnd(from: start)
        while case let byte = scanner.byte(at: at),
            byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "/")
        {
            at &+= 1
        }
        return at
    }

    /// Up to the last newline if there is one; else all at the end of the text, and all but one before a word.
    private func whitespaceEnd(from start: Int) -> Int {
        let (end, last, afterNewline) = scanner.whitespace(from: start)
        if let afterNewline { return afterNewline }
        return end == scanner.text.count || last == start ? end : last
    }
}
