internal import ParleyAssets

/// What the splitting patterns distinguish in a character.
struct CharacterClass: OptionSet {
    let rawValue: UInt8

    /// `\p{Lu}` and `\p{Lt}`.
    static let upper = Self(rawValue: 1)
    /// `\p{Ll}`.
    static let lower = Self(rawValue: 2)
    /// `\p{Lm}` and `\p{Lo}`: neither upper nor lower, such as Chinese.
    static let caseless = Self(rawValue: 4)
    /// `\p{M}`.
    static let mark = Self(rawValue: 8)
    /// `\p{N}`.
    static let number = Self(rawValue: 16)
    /// `\s` except the two newlines.
    static let space = Self(rawValue: 32)
    /// Carriage return and line feed.
    static let newline = Self(rawValue: 64)

    /// `\p{L}`.
    static let letter: Self = [.upper, .lower, .caseless]
    /// `\s`.
    static let whitespace: Self = [.space, .newline]

    /// Whether it is one of these classes.
    @inline(__always)
    func isOne(of classes: Self) -> Bool {
        rawValue & classes.rawValue != 0
    }
}

/// The class of every Unicode character, read from the table in the binary.
///
/// The table is what the regular expression engine of tiktoken answers for each character, so that both agree on the
/// Unicode version.
@safe struct CharacterClasses {
    private static let characters: UInt32 = 0x11_0000
    private let index: UnsafePointer<UInt8>
    private let pages: UnsafePointer<UInt8>

    init() {
        let pageCount = Int(Self.characters >> 8)
        guard let asset = Asset.named("vocabularies/unicode.classes"),
            let base = unsafe asset.unsafeBytes.baseAddress, unsafe asset.unsafeBytes.count > pageCount
        else {
            preconditionFailure("the table of character classes is not embedded")
        }
        unsafe index = base.assumingMemoryBound(to: UInt8.self)
        unsafe pages = index + pageCount
    }

    /// The class of a character; the empty class when it is punctuation, unassigned or not a character.
    @inline(__always)
    subscript(character: UInt32) -> CharacterClass {
        guard character < Self.characters else { return [] }
        let page = unsafe Int(index[Int(character >> 8)])
        return unsafe CharacterClass(rawValue: pages[page << 8 | Int(character & 0xFF)])
    }

    /// The class and width in bytes of the character at `at`, which must be inside the text.
    ///
    /// A byte that starts no complete character counts as punctuation of one byte.
    @inline(__always)
    func character(of text: Text, at: Int) -> (kind: CharacterClass, width: Int) {
        let lead = text[at]
        if lead < 0x80 {
            // The first page of the table is that of ASCII.
            return unsafe (CharacterClass(rawValue: pages[Int(lead)]), 1)
        }
        return wideCharacter(of: text, at: at, lead: UInt32(lead))
    }

    @inline(__always)
    private func wideCharacter(of text: Text, at: Int, lead: UInt32) -> (kind: CharacterClass, width: Int) {
        let width = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
        guard width > 1, at &+ width <= text.count else { return ([], 1) }
        let second = UInt32(text[at &+ 1] & 0x3F)
        if width == 2 { return (self[(lead & 0x1F) << 6 | second], 2) }
        let third = UInt32(text[at &+ 2] & 0x3F)
        if width == 3 { return (self[(lead & 0x0F) << 12 | second << 6 | third], 3) }
        let fourth = UInt32(text[at &+ 3] & 0x3F)
        return (self[(lead & 0x0F) << 18 | second << 12 | third << 6 | fourth], 4)
    }
}
