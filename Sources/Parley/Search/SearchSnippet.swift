/// The part of a text in which a query is found best.
package struct SearchSnippet: Hashable, Sendable {
    /// On one line, with `…` where something is left out.
    package var text: String
    /// What was found, in Unicode scalars of ``text``, in order and without overlaps.
    package var highlights: [Range<Int>]

    /// About so many scalars are shown, and of them so many before the first that is found.
    private static let length = 160
    private static let before = 40
    /// Occurrences of one phrase that are looked at.
    private static let occurrences = 32

    package init(of text: String, _ node: SearchNode?, _ tokeniser: inout SearchTokeniser) {
        let document = node.map { SearchDocument(text, for: $0, &tokeniser) }
        let phrases = Array(Set(node?.wanted ?? []))
        let found = phrases.enumerated().flatMap { index, phrase in
            (document?.occurrences(of: phrase, limit: Self.occurrences) ?? []).map { (phrase: index, range: $0) }
        }
        .sorted { ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound) }
        let bytes = Array(text.utf8)
        let window = Self.window(around: found, bytes)
        let ranges = Self.merged(found.map(\.range).filter { $0.lowerBound >= window.lowerBound })
        (self.text, highlights) = Self.cut(bytes, window, ranges)
    }

    /// Begins at the occurrence behind which the most different phrases follow.
    private static func window(around found: [(phrase: Int, range: Range<Int>)], _ bytes: [UInt8]) -> Range<Int> {
        var best = (phrases: 0, start: 0)
        for (index, first) in found.enumerated() {
            // A scalar has up to four bytes, mostly three where they are many.
            let reach = first.range.lowerBound + 2 * (length - before)
            let near = found[index...].prefix { $0.range.upperBound <= reach }
            let phrases = Set(near.map(\.phrase)).count
            if phrases > best.phrases { best = (phrases, first.range.lowerBound) }
        }
        let start = step(bytes, from: best.start, back: before)
        let end = step(bytes, from: start, forward: length)
        return start..<max(end, found.first { $0.range.lowerBound == best.start }?.range.upperBound ?? end)
    }

    private static func merged(_ ranges: [Range<Int>]) -> [Range<Int>] {
        var merged: [Range<Int>] = []
        for range in ranges {
            if let last = merged.last, range.lowerBound <= last.upperBound {
                merged[merged.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        return merged
    }

    /// The window as a line, and the ranges as scalars of it.
    private static func cut(
        _ bytes: [UInt8],
        _ window: Range<Int>,
        _ ranges: [Range<Int>]
    ) -> (String, [Range<Int>]) {
        var line = SearchLine()
        if window.lowerBound > 0 { line.append(ellipsis) }
        var highlights: [Range<Int>] = []
        var position = window.lowerBound
        for range in ranges where range.lowerBound < window.upperBound {
            line.append(bytes[position..<range.lowerBound])
            let start = line.scalars
            line.append(bytes[range.lowerBound..<min(range.upperBound, window.upperBound)])
            highlights.append(start..<line.scalars)
            position = min(range.upperBound, window.upperBound)
        }
        line.append(bytes[position..<window.upperBound])
        if window.upperBound < bytes.count { line.append(ellipsis) }
        return (line.text, highlights)
    }

    private static let ellipsis = Array("…".utf8)[...]
}

extension SearchSnippet {
    /// So many scalars back, then on to the beginning of the next word where there is one.
    private static func step(_ bytes: [UInt8], from start: Int, back count: Int) -> Int {
        var index = start
        var left = count
        while index > 0, left > 0 {
            index -= 1
            if isStart(bytes[index]) { left -= 1 }
        }
        guard index > 0 else { return 0 }
        if let space = bytes[index..<start].firstIndex(of: 0x20) { return space + 1 }
        return index
    }

    private static func step(_ bytes: [UInt8], from start: Int, forward count: Int) -> Int {
        var index = start
        var left = count
        while index < bytes.count, left > 0 {
            index += 1
            while index < bytes.count, !isStart(bytes[index]) { index += 1 }
            left -= 1
        }
        guard index < bytes.count else { return bytes.count }
        // Half a word is better left out, unless it is long.
        let tail = bytes[max(start, index - 16)..<index]
        return tail.lastIndex(of: 0x20).map { $0 } ?? index
    }

    /// Whether a byte of UTF-8 begins a scalar.
    private static func isStart(_ byte: UInt8) -> Bool { byte & 0xC0 != 0x80 }
}

/// Text on one line, whose scalars are counted as it grows.
private struct SearchLine {
    private var bytes: [UInt8] = []
    private(set) var scalars = 0

    var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Adds whole scalars of UTF-8; white space becomes a space.
    mutating func append(_ part: ArraySlice<UInt8>) {
        var index = part.startIndex
        while index < part.endIndex {
            let byte = part[index]
            if byte < 0x80 {
                bytes.append((9...13).contains(byte) ? 0x20 : byte)
                index += 1
            } else {
                let (value, length) = SearchFolding.scalar(part, at: index)
                if Self.isSpace(value) { bytes.append(0x20) } else { bytes += part[index..<index + length] }
                index += length
            }
            scalars += 1
        }
    }

    /// Unicode's White_Space beyond ASCII.
    private static func isSpace(_ value: UInt32) -> Bool {
        switch value {
        case 0x85, 0xA0, 0x1680, 0x2000...0x200A, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000: true
        default: false
        }
    }
}
