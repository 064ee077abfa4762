/// Cuts text into the tokens under which the search index knows it: pure, and the same for every engine.
///
/// Letters and digits make folded words. Scripts that are written without spaces (Chinese, Japanese, Korean, Thai and
/// their neighbours) become overlapping pairs and, at the end of a run, its last character: so every part of a run from
/// two characters on is a phrase of neighbouring pairs, and every single character begins a token. Latin inside Chinese
/// is a word of its own.
package struct SearchTokeniser: Sendable {
    /// Stored with the index: one that another version made is built again, also when it was the marks that changed.
    package static let version = 2
    /// A longer word is cut to so many bytes, in the index as in queries.
    static let longestWord = 64

    private var folding = SearchFolding()

    package init() {}

    /// Adds the tokens of a text to `bytes`, each behind `prefix` and followed by a space.
    ///
    /// Linear in the text.
    package mutating func append(_ text: String, prefix: [UInt8], to bytes: inout [UInt8]) {
        let source = Array(text.utf8)
        bytes.reserveCapacity(bytes.count + source.count * 2)
        scan(source) { token, _, _ in
            bytes.append(contentsOf: prefix)
            bytes.append(contentsOf: token)
            bytes.append(0x20)
        }
    }

    /// The tokens of a text and where they stand.
    package mutating func tokens(of text: String) -> [SearchToken] {
        var tokens: [SearchToken] = []
        scan(Array(text.utf8)) { token, kind, range in
            tokens.append(SearchToken(text: String(decoding: token, as: UTF8.self), kind: kind, range: range))
        }
        return tokens
    }

    mutating func scan(_ source: [UInt8], _ emit: ([UInt8], SearchToken.Kind, Range<Int>) -> Void) {
        let ascii = SearchFolding.ascii
        var word = PendingWord()
        var run = PendingRun()
        var index = 0
        while index < source.count {
            let byte = source[index]
            if byte < 0x80 {
                let folded = ascii[Int(byte)]
                run.end(emit)
                if folded == 0 { word.end(at: index, emit) } else { word.append(folded, at: index) }
                index += 1
                continue
            }
            let (value, length) = SearchFolding.scalar(source, at: index)
            let end = index + length
            if SearchFolding.isUnspaced(value) {
                word.end(at: index, emit)
                run.append(source[index..<end], index..<end, emit)
            } else {
                let folded = folding.of(value)
                switch folded.kind {
                case .separator:
                    word.end(at: index, emit)
                    run.end(emit)
                case .mark: break
                case .letter:
                    run.end(emit)
                    word.append(folded.bytes, at: index)
                case .unspaced:
                    word.end(at: index, emit)
                    run.append(folded.bytes[...], index..<end, emit)
                }
            }
            index = end
        }
        word.end(at: index, emit)
        run.end(emit)
    }
}

/// A word whose end has not been seen yet.
private struct PendingWord {
    private var bytes: [UInt8] = []
    private var start = 0

    mutating func append(_ byte: UInt8, at index: Int) {
        if bytes.isEmpty { start = index }
        if bytes.count < SearchTokeniser.longestWord { bytes.append(byte) }
    }

    mutating func append(_ more: [UInt8], at index: Int) {
        if bytes.isEmpty { start = index }
        if bytes.count + more.count <= SearchTokeniser.longestWord { bytes.append(contentsOf: more) }
    }

    mutating func end(at index: Int, _ emit: ([UInt8], SearchToken.Kind, Range<Int>) -> Void) {
        guard !bytes.isEmpty else { return }
        emit(bytes, .word, start..<index)
        bytes.removeAll(keepingCapacity: true)
    }
}

/// The last character of a run whose end has not been seen yet.
private struct PendingRun {
    private var bytes: [UInt8] = []
    private var range = 0..<0

    mutating func append(
        _ character: ArraySlice<UInt8>,
        _ place: Range<Int>,
        _ emit: ([UInt8], SearchToken.Kind, Range<Int>) -> Void
    ) {
        let before = bytes.count
        bytes.append(contentsOf: character)
        if before > 0 {
            emit(bytes, .pair, range.lowerBound..<place.upperBound)
            bytes.removeFirst(before)
        }
        range = place
    }

    mutating func end(_ emit: ([UInt8], SearchToken.Kind, Range<Int>) -> Void) {
        guard !bytes.isEmpty else { return }
        emit(bytes, .closing, range)
        bytes.removeAll(keepingCapacity: true)
    }
}
