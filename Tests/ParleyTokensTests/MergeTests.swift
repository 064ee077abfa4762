import Testing

@testable import ParleyTokens

/// The three ways of merging must agree; a plain one, written for clarity, says what is right.
@Suite struct MergeTests {
    @Test(arguments: Vocabulary.allCases)
    func everyWayOfMergingGivesTheTokensOfThePlainOne(vocabulary: Vocabulary) {
        let table = Tokenizer(vocabulary).table
        var random = RandomText(seed: 4)
        for _ in 0..<1_000 {
            let bytes = Array(random.text().utf8.prefix(ShortMerge.capacity))
            guard !bytes.isEmpty else { continue }
            let expected = Self.plain(bytes, table)
            #expect(Self.heap(bytes, table) == expected)
            #expect(Self.short(bytes, table) == expected)
        }
    }

    /// A token may join the end of a Chinese character with the start of another script's.
    @Test(arguments: Vocabulary.allCases)
    func whatIsTakenWholeIsWhatItsBytesMergeInto(vocabulary: Vocabulary) {
        let table = Tokenizer(vocabulary).table
        for code in stride(from: UInt32(0x4E00), to: 0x9FFF, by: 3) {
            guard let scalar = Unicode.Scalar(code) else { continue }
            for neighbour in ["的", "祥", "\u{10C5}", "от", "ա"] {
                for text in ["\(neighbour)\(scalar)的", "\(scalar)\(neighbour)的"] {
                    #expect(Self.short(Array(text.utf8), table) == Self.plain(Array(text.utf8), table))
                }
            }
        }
    }

    /// Windows much shorter than a token's neighbourhood make borders fail, so that they move and are given up.
    @Test(arguments: Vocabulary.allCases, [2, 3, 8, 32, 300])
    func windowsOfAnyLengthGiveTheTokensOfTheWhole(vocabulary: Vocabulary, window: Int) {
        let table = Tokenizer(vocabulary).table
        var random = RandomText(seed: 5)
        for _ in 0..<300 {
            let bytes = Array(random.text().utf8)
            let tokens = Self.with(bytes) { text in
                var merge = LongMerge(table, window: window, overlap: window / 8)
                return merge.tokens(text, from: 0, to: text.count)
            }
            #expect(tokens == Self.heap(bytes, table))
        }
    }

    private static func with(_ bytes: [UInt8], _ body: (Text) -> [UInt32]) -> [UInt32] {
        unsafe bytes.withUnsafeBufferPointer { buffer in
            guard let text = unsafe Text(buffer) else { return [] }
            return body(text)
        }
    }

    private static func heap(_ bytes: [UInt8], _ table: MergeTable) -> [UInt32] {
        with(bytes) { text in
            var merge = HeapMerge(table)
            return merge.tokens(text, from: 0, to: text.count)
        }
    }

    private static func short(_ bytes: [UInt8], _ table: MergeTable) -> [UInt32] {
        with(bytes) { text in
            unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 2 * ShortMerge.capacity) { scratch in
                guard let base = scratch.baseAddress else { return [] }
                return unsafe Array(ShortMerge(table, scratch: base).tokens(text, from: 0, to: text.count))
            }
        }
    }

    /// Merging by its definition: the lowest rank first, the leftmost of equals, one byte at the start each.
    private static func plain(_ bytes: [UInt8], _ table: MergeTable) -> [UInt32] {
        var ids = bytes.map { table.byte($0) }
        while true {
            let ranks = zip(ids, ids.dropFirst()).map { table.pair($0, $1) }
            guard let best = ranks.min(), best != MergeTable.none, let at = ranks.firstIndex(of: best) else {
                return ids
            }
            ids.replaceSubrange(at...(at + 1), with: [best])
        }
    }
}
