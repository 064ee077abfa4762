package import Parley

/// The values of a JSON text one at a time, without holding the text: the elements of the array that it is, or the
/// values that follow each other in it (JSON lines).
///
/// The memory it takes is that of the longest element. A byte order mark in front is passed over.
package struct JSONElements {
    private let source: any ByteSource
    private let limit: Int
    private var shape = Shape.unknown
    private var buffer: [UInt8] = []
    /// What has been taken of the buffer.
    private var position = 0
    private var hasEnded = false
    private var element = 0..<0
    /// The number of the element, from 1.
    package private(set) var number = 0

    /// The longest element that is read, in bytes.
    package static let limit = 256 << 20

    private enum Shape {
        case unknown
        case array
        case lines
        case values
    }

    package init(_ source: any ByteSource, limit: Int = Self.limit) {
        self.source = source
        self.limit = limit
    }

    /// Moves to the next element; `false` when there is none.
    ///
    /// - Throws: an ``ImportProblem`` when the text cannot be followed any further.
    package mutating func advance() throws -> Bool {
        while true {
            switch shape {
            case .unknown: if try !open() { return false }
            case .array: if try nextOfArray() { return true }
            case .lines: return try nextLine()
            case .values: return try nextValue()
            }
        }
    }

    /// The element, parsed.
    package func json(inside levels: Int = 0) throws(JSONError) -> JSON {
        try JSON(parsing: buffer.span.extracting(element), inside: levels)
    }

    /// The element as it was written.
    package var bytes: [UInt8] { Array(buffer[element]) }
}

extension JSONElements {
    /// Recognises the shape of what follows; `false` when nothing does.
    private mutating func open() throws -> Bool {
        if number == 0 { try skipMark() }
        guard let byte = try nextByte() else { return false }
        switch byte {
        case UInt8(ascii: "["):
            position += 1
            shape = .array
        case UInt8(ascii: "{"): shape = try firstLineIsWhole() ? .lines : .values
        default: throw problem("it is not JSON")
        }
        return true
    }

    private mutating func skipMark() throws {
        while buffer.count < 3, try fill() {}
        if buffer.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
        if buffer.starts(with: [0xFF, 0xFE]) || buffer.starts(with: [0xFE, 0xFF]) {
            throw problem("it is UTF-16; save it as UTF-8")
        }
    }

    /// Whether a value ends on the line on which it begins.
    private mutating func firstLineIsWhole() throws -> Bool {
        let end = try endOfLine()
        var scanner = ValueScanner()
        let line = buffer.span.extracting(0..<end)
        guard let valueEnd = scanner.end(in: line, from: position) else { return false }
        return buffer[valueEnd..<end].allSatisfy { $0 <= 0x20 }
    }

    /// Takes the next element of the array, or the bracket that ends it.
    private mutating func nextOfArray() throws -> Bool {
        var byte = try nextByte()
        if byte == UInt8(ascii: ",") {
            position += 1
            byte = try nextByte()
        }
        guard let byte else { throw problem("the file ends in the middle of its list") }
        if byte == UInt8(ascii: "]") {
            position += 1
            shape = .unknown
            return false
        }
        guard byte != UInt8(ascii: ","), byte != UInt8(ascii: "}") else {
            throw problem("it is not valid JSON after element \(number)")
        }
        return try nextValue()
    }

    private mutating func nextValue() throws -> Bool {
        guard try nextByte() != nil else { return false }
        var scanner = ValueScanner()
        var scanned = position
        while true {
            if let end = scanner.end(in: buffer.span, from: scanned) {
                take(to: end)
                return true
            }
            // What is left moves to the front when more is read.
            scanned = buffer.count - position
            guard try fill() else { break }
        }
        guard scanner.isWholeAtEnd else { throw problem("the file ends in the middle of element \(number + 1)") }
        take(to: buffer.count)
        return true
    }

    private mutating func nextLine() throws -> Bool {
        guard try nextByte() != nil else { return false }
        take(to: try endOfLine())
        return true
    }

    private mutating func take(to end: Int) {
        element = position..<end
        position = end
        number += 1
    }
}

extension JSONElements {
    /// The next byte that is no white space, which is left where it is.
    private mutating func nextByte() throws -> UInt8? {
        while true {
            while position < buffer.count {
                let byte = buffer[position]
                if byte > 0x20 { return byte }
                position += 1
            }
            guard try fill() else { return nil }
        }
    }

    /// Where the line that begins at the position ends.
    private mutating func endOfLine() throws -> Int {
        var scanned = position
        while true {
            if let end = buffer[scanned...].firstIndex(of: UInt8(ascii: "\n")) { return end }
            scanned = buffer.count - position
            guard try fill() else { return buffer.count }
        }
    }

    /// Reads another piece behind what has not been taken yet.
    private mutating func fill() throws -> Bool {
        guard !hasEnded else { return false }
        buffer.removeSubrange(..<position)
        position = 0
        guard buffer.count < limit else {
            throw problem("element \(number + 1) is longer than \(limit >> 20) MiB")
        }
        guard let piece = try source.next() else {
            hasEnded = true
            return false
        }
        buffer += piece
        return true
    }

    private func problem(_ reason: String) -> ImportProblem { ImportProblem("", reason) }
}
