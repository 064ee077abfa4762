/// The identifier of one kind of thing, so that an item cannot be looked up as a conversation.
///
/// On the wire it is a prefix and 48 lower-case hexadecimal digits (`conv_…`); what is stored is the 24 bytes they spell.
/// Random and unguessable: it never carries an order.
package struct Identifier<Subject>: Hashable, Sendable {
    /// The 24 random bytes.
    package let bytes: [UInt8]

    /// Takes bytes that were stored before.
    package init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Makes a new identifier from the system's random numbers.
    package static func random() -> Self {
        var generator = SystemRandomNumberGenerator()
        var bytes: [UInt8] = []
        bytes.reserveCapacity(24)
        for _ in 0..<3 {
            var word = generator.next()
            for _ in 0..<8 {
                bytes.append(UInt8(truncatingIfNeeded: word))
                word >>= 8
            }
        }
        return Self(bytes: bytes)
    }

    /// Reads the 48 digits that follow the last `_` or `-` of an identifier.
    ///
    /// The prefix itself is not compared: `chatcmpl-` and `resp_` name the same turn through two faces.
    /// - Returns: `nil` when the text is not an identifier of ours.
    package init?(_ text: String) {
        let utf8 = Array(text.utf8)
        guard utf8.count > 48, utf8[utf8.count - 49] == UInt8(ascii: "_") || utf8[utf8.count - 49] == UInt8(ascii: "-"),
            let bytes = Hexadecimal.decode(utf8.suffix(48))
        else { return nil }
        self.bytes = bytes
    }

    /// The 48 digits.
    package var digits: String { Hexadecimal.encode(bytes) }
}

extension Identifier: CustomStringConvertible {
    package var description: String { digits }
}

extension Identifier where Subject: Identified {
    /// The identifier as it appears on the wire.
    package var text: String { Subject.idPrefix + digits }
}

/// Something whose identifiers have one prefix on the wire.
package protocol Identified {
    /// The prefix, with its separator: `conv_`.
    static var idPrefix: String { get }
}
