/// Writes JSON as bytes, without any white space.
package struct JSONWriter {
    /// What has been written so far.
    package private(set) var bytes: [UInt8] = []

    package init(capacity: Int = 0) {
        bytes.reserveCapacity(capacity)
    }

    /// Writes text that is JSON already.
    package mutating func raw(_ text: StaticString) {
        unsafe bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Writes bytes that are JSON already.
    package mutating func raw(_ json: some Sequence<UInt8>) {
        bytes.append(contentsOf: json)
    }

    /// Writes bytes that are JSON already.
    package mutating func raw(_ json: [UInt8]) {
        bytes.append(contentsOf: json)
    }

    /// Writes bytes that are JSON already, on one line: line ends between its values become spaces.
    package mutating func raw(onOneLine json: [UInt8]) {
        let start = bytes.count
        bytes.append(contentsOf: json)
        for index in start..<bytes.count where bytes[index] == 0x0A || bytes[index] == 0x0D {
            bytes[index] = UInt8(ascii: " ")
        }
    }

    /// Writes a whole number.
    package mutating func number(_ value: Int) {
        bytes.append(contentsOf: String(value).utf8)
    }

    /// Gives away what has been written and starts anew, with room for as much again.
    package mutating func take() -> [UInt8] {
        let taken = bytes
        bytes = []
        bytes.reserveCapacity(taken.count)
        return taken
    }

    /// Writes any value.
    ///
    /// `sorted` puts the members of every object in the order of their names' bytes, and of names that came twice keeps
    /// the last: the canonical form that is hashed.
    package mutating func value(_ json: JSON, sorted: Bool = false) {
        switch json {
        case .null: raw("null")
        case .bool(let value): value ? raw("true") : raw("false")
        case .number(let digits): bytes.append(contentsOf: digits.utf8)
        case .string(let text): string(text)
        case .array(let elements):
            raw("[")
            for (index, element) in elements.enumerated() {
                if index > 0 { raw(",") }
                value(element, sorted: sorted)
            }
            raw("]")
        case .object(let object): members(sorted ? object.canonicalMembers : object.members, sorted: sorted)
        }
    }

    private mutating func members(_ members: [JSON.Object.Member], sorted: Bool) {
        raw("{")
        for (index, member) in members.enumerated() {
            if index > 0 { raw(",") }
            string(member.name)
            raw(":")
            value(member.value, sorted: sorted)
        }
        raw("}")
    }

    /// Writes a string with the escapes that JSON demands and no others.
    package mutating func string(_ text: String) {
        var text = text
        bytes.append(UInt8(ascii: "\""))
        text.withUTF8 { utf8 in
            var start = 0
            for index in utf8.indices {
                let byte = unsafe utf8[index]
                // Most bytes lie beyond all that are escaped.
                guard byte <= UInt8(ascii: "\\") else { continue }
                guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else { continue }
                unsafe bytes.append(contentsOf: utf8[start..<index])
                escape(byte)
                start = index + 1
            }
            unsafe bytes.append(contentsOf: utf8[start...])
        }
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\""): raw("\\\"")
        case UInt8(ascii: "\\"): raw("\\\\")
        case 0x0A: raw("\\n")
        case 0x0D: raw("\\r")
        case 0x09: raw("\\t")
        default:
            raw("\\u00")
            bytes.append(contentsOf: Hexadecimal.encode(CollectionOfOne(byte)).utf8)
        }
    }
}

extension JSON.Object {
    /// The members in the order of their names' bytes; of names that came twice the last.
    fileprivate var canonicalMembers: [Member] {
        guard !isSorted else { return members }
        let sorted = members.enumerated().sorted { left, right in
            left.element.name == right.element.name
                ? left.offset < right.offset
                : left.element.name.utf8.lexicographicallyPrecedes(right.element.name.utf8)
        }
        var result: [Member] = []
        for (_, member) in sorted {
            if result.last?.name == member.name { result.removeLast() }
            result.append(member)
        }
        return result
    }

    private var isSorted: Bool {
        zip(members, members.dropFirst()).allSatisfy { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }
}

extension JSON {
    /// The value as JSON bytes.
    package var encoded: [UInt8] {
        var writer = JSONWriter(capacity: 256)
        writer.value(self)
        return writer.bytes
    }

    /// The canonical bytes: members sorted, nothing optional left to chance.
    package var canonical: [UInt8] {
        var writer = JSONWriter(capacity: 256)
        writer.value(self, sorted: true)
        return writer.bytes
    }

    /// The value as JSON text.
    package var text: String { String(decoding: encoded, as: UTF8.self) }
}
