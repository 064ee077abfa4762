import ParleyTokens
import Testing

@Suite struct TokenizerTests {
    @Test(arguments: Vocabulary.allCases)
    func emptyTextHasNoTokens(vocabulary: Vocabulary) {
        #expect(Tokenizer(vocabulary).encode("") == [])
        #expect(Tokenizer(vocabulary).count("") == 0)
    }

    @Test(arguments: Vocabulary.allCases)
    func specialTokensAreOrdinaryText(vocabulary: Vocabulary) {
        let tokenizer = Tokenizer(vocabulary)
        for text in ["<|endoftext|>", "<|endofprompt|>", "<|im_start|>"] {
            let ids = tokenizer.encode(text)
            #expect(ids.count > 3)
            #expect(ids.allSatisfy { tokenizer.bytes(of: $0) != nil })
            #expect(tokenizer.decode(ids) == Array(text.utf8))
        }
    }

    @Test(arguments: Vocabulary.allCases)
    func decodingGivesTheTextBack(vocabulary: Vocabulary) {
        let tokenizer = Tokenizer(vocabulary)
        var random = RandomText(seed: 1)
        for _ in 0..<3_000 {
            let text = random.text()
            let ids = tokenizer.encode(text)
            #expect(tokenizer.decode(ids) == Array(text.utf8), "\(text.debugDescription)")
            #expect(tokenizer.count(text) == ids.count, "\(text.debugDescription)")
        }
    }

    @Test(arguments: Vocabulary.allCases)
    func countingBytesIsCountingTheirText(vocabulary: Vocabulary) {
        let tokenizer = Tokenizer(vocabulary)
        var random = RandomText(seed: 2)
        for _ in 0..<1_000 {
            let text = random.text()
            #expect(tokenizer.count(utf8: Array(text.utf8).span) == tokenizer.count(text), "\(text.debugDescription)")
        }
    }

    @Test(arguments: Vocabulary.allCases)
    func bytesThatAreNotTextAreCountedToo(vocabulary: Vocabulary) {
        let tokenizer = Tokenizer(vocabulary)
        var generator = SplitMix(seed: 3)
        for length in 1..<1_000 {
            let least: UInt8 = length % 2 == 0 ? 0x80 : 0
            let bytes = (0..<length).map { _ in UInt8.random(in: least...255, using: &generator) }
            let count = tokenizer.count(utf8: bytes.span)
            #expect(count > 0 && count <= length)
        }
    }

    @Test(arguments: [(Vocabulary.o200k, 199_998), (.cl100k, 100_256)])
    func everyTokenHasBytesAndNoOtherNumberHas(vocabulary: Vocabulary, count: Int) {
        let tokenizer = Tokenizer(vocabulary)
        #expect((0..<count).allSatisfy { tokenizer.bytes(of: $0)?.isEmpty == false })
        for id in [-1, count, count + 1, Int.max, Int.min] { #expect(tokenizer.bytes(of: id) == nil) }
        #expect(tokenizer.decode([0, count]) == nil)
    }

    /// What is quadratic would take hours.
    @Test(.timeLimit(.minutes(1)), arguments: Vocabulary.allCases, ["a", " ", "的"])
    func aMegabyteWithoutABreakIsCountedSoon(vocabulary: Vocabulary, unit: String) {
        let text = String(repeating: unit, count: 1_000_000 / unit.utf8.count)
        #expect(Tokenizer(vocabulary).count(text) > 1_000)
    }

    @Test(.timeLimit(.minutes(1)), arguments: Vocabulary.allCases)
    func repetitionsOfAnythingGiveTheTextBack(vocabulary: Vocabulary) {
        let tokenizer = Tokenizer(vocabulary)
        for unit in ["\n", " \n", "天气", "ab", "Aa", "é", "\u{301}", "'", "'s", "!", "/\n", "🙂", "\u{FFFF}", "1"] {
            let text = String(repeating: unit, count: 20_000)
            #expect(tokenizer.decode(tokenizer.encode(text)) == Array(text.utf8))
        }
    }

    /// Around the length at which another way of merging takes over, both must give the same tokens.
    @Test(arguments: Vocabulary.allCases)
    func repeatedTextGivesRepeatedTokens(vocabulary: Vocabulary) {
        let tokenizer = Tokenizer(vocabulary)
        let eight = tokenizer.encode("aaaaaaaa")
        for times in 1..<200 {
            #expect(tokenizer.encode(String(repeating: "a", count: 8 * times)) == (0..<times).flatMap { _ in eight })
        }
    }
}
