import Foundation

/// What characters are to the search index, and what they are folded to.
///
/// ASCII goes by a table, scripts without spaces by their ranges; what is left is worked out once per character.
struct SearchFolding: Sendable {
    enum Kind: Sendable {
        case separator
        /// Stands on the letter before it and is looked through.
        case mark
        case letter
        /// Of a script that is written without spaces.
        case unspaced
    }

    struct Folded: Sendable {
        var kind: Kind
        var bytes: [UInt8] = []
    }

    private var known: [UInt32: Folded] = [:]

    /// The folded letter or digit of each ASCII character, 0 for all others.
    static let ascii: [UInt8] = (0..<128).map { value in
        switch UInt8(value) {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt8(value) | 0x20
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): UInt8(value)
        default: 0
        }
    }

    mutating func of(_ value: UInt32) -> Folded {
        if let folded = known[value] { return folded }
        let folded = Unicode.Scalar(value).map(Self.fold) ?? Folded(kind: .separator)
        known[value] = folded
        return folded
    }

    /// The scalar that begins at an index of valid UTF-8, and how many bytes it has.
    @inline(__always)
    static func scalar<Bytes: RandomAccessCollection<UInt8>>(
        _ bytes: Bytes,
        at index: Int
    ) -> (value: UInt32, length: Int) where Bytes.Index == Int {
        let first = UInt32(bytes[index])
        let length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
        var value = first & (length == 2 ? 0x1F : length == 3 ? 0x0F : 0x07)
        for offset in 1..<length { value = value << 6 | UInt32(bytes[index + offset]) & 0x3F }
        return (value, length)
    }

    /// Whether a character belongs to a script without spaces, in the form in which it is indexed.
    static func isUnspaced(_ value: UInt32) -> Bool {
        switch value {
        case 0x4E00...0x9FFF, 0x3041...0x3096, 0x30A1...0x30FA, 0x30FC, 0xAC00...0xD7A3, 0x3400...0x4DBF,
            0x3005...0x3007, 0x3105...0x312F, 0x31A0...0x31BF, 0x31F0...0x31FF, 0x20000...0x2F7FF, 0x30000...0x3FFFD,
            // Thai, Lao, Myanmar, Khmer.
            0x0E01...0x0E3A, 0x0E40...0x0E4E, 0x0E81...0x0ECD, 0x1000...0x103F, 0x1780...0x17D3:
            true
        default: false
        }
    }
}

extension SearchFolding {
    private static func fold(_ scalar: Unicode.Scalar) -> Folded {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return Folded(kind: .mark)
        case let category where isLetter(category): break
        default: return Folded(kind: .separator)
        }
        let text = String(Character(scalar))
        let composed = text.precomposedStringWithCompatibilityMapping.unicodeScalars
        if let first = composed.first, composed.count == 1, isUnspaced(first.value) {
            return Folded(kind: .unspaced, bytes: Array(String(Character(first)).utf8))
        }
        // There and back again: ß becomes ss, a final sigma an ordinary one.
        let flat = text.decomposedStringWithCompatibilityMapping.uppercased().lowercased()
            .decomposedStringWithCompatibilityMapping
        var letters = String.UnicodeScalarView()
        for scalar in flat.unicodeScalars where isLetter(scalar.properties.generalCategory) { letters.append(scalar) }
        return letters.isEmpty ? Folded(kind: .separator) : Folded(kind: .letter, bytes: Array(String(letters).utf8))
    }

    private static func isLetter(_ category: Unicode.GeneralCategory) -> Bool {
        switch category {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
            .letterNumber, .otherNumber, .spacingMark:
            true
        default: false
        }
    }
}
