/// The splitter of cl100k_base.
///
/// The pattern, from tiktoken's `openai_public.py`:
///
///     '(?i:[sdmt]|ll|ve|re) | [^\r\n\p{L}\p{N}]?+\p{L}++ | \p{N}{1,3}+ |
///      ?[^\s\p{L}\p{N}]++[\r\n]*+ | \s++$ | \s*[\r\n] | \s+(?!\S) | \s
struct Cl100kSplitter: Splitter {
    private let scanner: Scanner

    init(_ text: Text, _ classes: CharacterClasses) {
        scanner = Scanner(text: text, classes: classes)
    }

    @inline(__always)
    func pieceEnd(from start: Int) -> Int {
        let (kind, width) = scanner.character(at: start)
        if kind.isOne(of: .letter) { return lettersEnd(from: start) }
        if kind.isOne(of: .number) { return scanner.numberEnd(afterFirst: start &+ width) }
        return otherEnd(from: start, kind, width)
    }

    /// A piece that starts with neither a letter nor a number.
    @inline(__always)
    private func otherEnd(from start: Int, _ kind: CharacterClass, _ width: Int) -> Int {
        let contraction = scanner.contraction(at: start)
        if contraction > 0 { return start &+ contraction }
        let next = scanner.character(at: start &+ width)
        if next.kind.isOne(of: .letter), !kind.isOne(of: .newline) { return lettersEnd(from: start &+ width) }
        if !kind.isOne(of: .whitespace) { return punctuationEnd(from: start) }
        if scanner.byte(at: start) == UInt8(ascii: " "), next.width > 0,
            !next.kind.isOne(of: [.whitespace, .number])
        {
            return punctuationEnd(from: start &+ 1)
        }
        return whitespaceEnd(from: start)
    }

    @inline(__always)
    private func lettersEnd(from start: Int) -> Int {
        let end = start &+ scanner.text.letterRun(from: start)
        return scanner.byte(at: end) < 0x80 ? end : scanner.runEnd(from: end, of: .letter)
    }

    private func punctuationEnd(from start: Int) -> Int {
        var at = scanner.punctuationEnd(from: start)
        while case let byte = scanner.byte(at: at), byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
            at &+= 1
        }
        return at
    }

    /// All at the end of the text; else up to the last newline if there is one, else all but one before a word.
    private func whitespaceEnd(from start: Int) -> Int {
        let (end, last, afterNewline) = scanner.whitespace(from: start)
        if end == scanner.text.count { return end }
        return afterNewline ?? (last == start ? end : last)
    }
}
