import Testing

@testable import ParleyTokens

/// Where the published expressions cut, in the places where that is least evident.
@Suite struct SplitterTests {
    @Test(arguments: [
        ["it's", " we'LL", " x"], ["a'\u{17F}", "b"], ["ABCd", "Ef"], ["中文", "ABC"], ["\u{301}", "ABC"],
        ["a", "  ", " b"], ["a", " \n\n", "  "], ["x", " ", " ", "123", "45"], ["HTTPServer's"],
        [" !!\n/\n", "x"], ["\t", "\tx"], ["/a", "//\n"], ["(中文"], ["१२३", "४"],
    ])
    func o200kCutsAsItsPattern(pieces: [String]) {
        #expect(Self.pieces(of: pieces.joined(), O200kSplitter.self) == pieces)
    }

    @Test(arguments: [
        ["it", "'s", " we", "'LL", " x"], ["a", "'\u{17F}", "b"], ["ABCdEf"], ["中文ABC"], ["\u{301}ABC"],
        ["a", "  ", " b"], ["a", " \n\n  "], [" !!\n", "/\n", "x"], ["\t", "\tx"], ["''", "re"], ["HTTPServer", "'s"],
        ["१२३", "४"],
    ])
    func cl100kCutsAsItsPattern(pieces: [String]) {
        #expect(Self.pieces(of: pieces.joined(), Cl100kSplitter.self) == pieces)
    }

    private static func pieces(of string: String, _ splitter: (some Splitter).Type) -> [String] {
        let bytes = Array(string.utf8)
        return unsafe bytes.withUnsafeBufferPointer { buffer in
            guard let text = unsafe Text(buffer) else { return [] }
            let splitter = splitter.init(text, CharacterClasses())
            var pieces: [String] = []
            var start = 0
            while start < text.count {
                let end = splitter.pieceEnd(from: start)
                pieces.append(String(decoding: bytes[start..<end], as: UTF8.self))
                start = end
            }
            return pieces
        }
    }
}
