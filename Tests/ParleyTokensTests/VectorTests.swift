import Foundation
import ParleyTokens
import Testing

/// Tokens that tiktoken 0.14 gave for 1,500 texts.
@Suite struct VectorTests {
    private struct Vector: Decodable {
        let text: String
        let o200k: [Int]
        let cl100k: [Int]

        enum CodingKeys: String, CodingKey {
            case text
            case o200k = "o200k_base"
            case cl100k = "cl100k_base"
        }
    }

    private let vectors: [Vector]

    init() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        let lines = try Data(contentsOf: folder.appending(path: "Fixtures/vectors.jsonl")).split(separator: 0x0A)
        vectors = try lines.map { try JSONDecoder().decode(Vector.self, from: $0) }
    }

    @Test func thereAreFifteenHundred() {
        #expect(vectors.count == 1500)
    }

    @Test func o200kGivesTheTokensOfTiktoken() {
        for vector in vectors {
            #expect(Tokenizer.o200k.encode(vector.text) == vector.o200k, "\(vector.text.debugDescription)")
        }
    }

    @Test func cl100kGivesTheTokensOfTiktoken() {
        for vector in vectors {
            #expect(Tokenizer.cl100k.encode(vector.text) == vector.cl100k, "\(vector.text.debugDescription)")
        }
    }

    @Test func countsAreTheNumberOfTokens() {
        for vector in vectors {
            #expect(Tokenizer.o200k.count(vector.text) == vector.o200k.count, "\(vector.text.debugDescription)")
            #expect(Tokenizer.cl100k.count(vector.text) == vector.cl100k.count, "\(vector.text.debugDescription)")
        }
    }
}
