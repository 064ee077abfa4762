/// Cuts a text into the pieces inside which bytes may merge.
///
/// Each vocabulary publishes a regular expression for it; a splitter answers as that expression would, by hand.
protocol Splitter {
    /// A splitter of a text.
    init(_ text: Text, _ classes: CharacterClasses)

    /// The end of the piece that starts at `start`, which must be inside the text; always greater than `start`.
    func pieceEnd(from start: Int) -> Int
}

/// The scans that both patterns share.
struct Scanner {
    let text: Text
    let classes: CharacterClasses

    /// The class and width of the character at `at`; an empty class of no width at the end of the text.
    @inline(__always)
    func character(at: Int) -> (kind: CharacterClass, width: Int) {
        at < text.count ? classes.character(of: text, at: at) : ([], 0)
    }

    /// The byte at `at`, or 0 after the end.
    @inline(__always)
    func byte(at: Int) -> UInt8 {
        at < text.count ? text[at] : 0
    }

    /// The end of the run of characters of those classes from `start`.
    @inline(__always)
    func runEnd(from start: Int, of wanted: CharacterClass) -> Int {
        var at = start
        while at < text.count {
            let (kind, width) = classes.character(of: text, at: at)
            guard kind.isOne(of: wanted) else { break }
            at &+= width
        }
        return at
    }

    /// `\p{N}{1,3}`, of which the first character ends at `end`.
    func numberEnd(afterFirst end: Int) -> Int {
        var at = end
        for _ in 0..<2 {
            let (kind, width) = character(at: at)
            guard kind.isOne(of: .number) else { break }
            at &+= width
        }
        return at
    }

    /// `[^\s\p{L}\p{N}]+`: punctuation, symbols, marks and what is not assigned.
    func punctuationEnd(from start: Int) -> Int {
        var at = start
        while at < text.count {
            let (kind, width) = classes.character(of: text, at: at)
            guard !kind.isOne(of: [.letter, .number, .whitespace]) else { break }
            at &+= width
        }
        return at
    }

    /// The run of whitespace from `start`, where its last character starts, and where its last newline ends.
    func whitespace(from start: Int) -> (end: Int, last: Int, afterNewline: Int?) {
        var at = start
        var last = start
        var afterNewline: Int?
        while at < text.count {
            let (kind, width) = classes.character(of: text, at: at)
            guard kind.isOne(of: .whitespace) else { break }
            last = at
            at &+= width
            if kind.isOne(of: .newline) { afterNewline = at }
        }
        return (at, last, afterNewline)
    }

    /// The length in bytes of a contraction such as `'s` or `'LL` at `at`, or 0.
    ///
    /// `(?i:'s|'t|'re|'ve|'m|'ll|'d)`: without regard to case, U+017F (long s) is an s.
    func contraction(at: Int) -> Int {
        guard byte(at: at) == UInt8(ascii: "'") else { return 0 }
        let second = byte(at: at &+ 2) | 0x20
        switch byte(at: at &+ 1) | 0x20 {
        case UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "m"), UInt8(ascii: "d"): return 2
        case UInt8(ascii: "l"): return second == UInt8(ascii: "l") ? 3 : 0
        case UInt8(ascii: "r"), UInt8(ascii: "v"): return second == UInt8(ascii: "e") ? 3 : 0
        default: return byte(at: at &+ 1) == 0xC5 && byte(at: at &+ 2) == 0xBF ? 3 : 0
        }
    }
}
