/// Takes out of texts what should not be passed on: keys, e-mail addresses, phone and card numbers, Chinese id numbers.
///
/// Errs on the side of keeping: a number that merely looks long stays, so that dates, UUIDs and code come through whole.
/// Cards and id numbers must have the right check digit.
package enum PersonalText {
    /// The text with a word in brackets for each find, and the text itself when there is none.
    ///
    /// Linear in its length.
    package static func redacted(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var scan = PersonalScan(bytes: bytes)
        let finds = scan.finds()
        guard !finds.isEmpty else { return text }
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var start = 0
        for find in finds {
            result += bytes[start..<find.range.lowerBound]
            result += Array("[\(find.kind.rawValue)]".utf8)
            start = find.range.upperBound
        }
        result += bytes[start...]
        return String(decoding: result, as: UTF8.self)
    }
}

/// Something that should not be passed on, and where it stands.
struct PersonalFind: Equatable {
    var kind: Kind
    var range: Range<Int>

    enum Kind: String {
        case key
        case email = "e-mail"
        case phone
        case card
        case identity = "id number"
    }
}

/// One pass over a text.
struct PersonalScan {
    let bytes: [UInt8]
    private var index = 0
    private var found: [PersonalFind] = []

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func finds() -> [PersonalFind] {
        while index < bytes.count {
            if let find = find() {
                // What stands in front may have been taken for something else.
                while let last = found.last, last.range.upperBound > find.range.lowerBound { found.removeLast() }
                found.append(find)
                index = find.range.upperBound
            } else {
                index += 1
            }
        }
        return found
    }

    /// What begins here, or, for an address, what is around here.
    private func find() -> PersonalFind? {
        switch bytes[index] {
        case UInt8(ascii: "@"): EmailPattern.match(bytes, at: index)
        case UInt8(ascii: "+"), UInt8(ascii: "0")...UInt8(ascii: "9"): NumberPattern.match(bytes, at: index)
        case UInt8(ascii: "-"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"):
            KeyPattern.match(bytes, at: index)
        default: nil
        }
    }
}

extension [UInt8] {
    /// The byte there; `nil` outside.
    func at(_ index: Int) -> UInt8? { indices.contains(index) ? self[index] : nil }
}

extension UInt8 {
    var isDigit: Bool { self &- UInt8(ascii: "0") < 10 }
    var isLetter: Bool { (self | 0x20) &- UInt8(ascii: "a") < 26 }
    /// What a word is made of; a number next to it is a part of it.
    var isWord: Bool { isDigit || isLetter || self == UInt8(ascii: "_") }
}
