import Parley
import ParleyInterchange
import Testing

@Suite("The elements of a JSON text")
struct JSONElementsTests {
    private func read(_ text: String, of size: Int = 2, limit: Int = 1 << 20) throws -> [String] {
        var elements = JSONElements(Pieces(text, of: size), limit: limit)
        var found: [String] = []
        while try elements.advance() { found.append(String(decoding: elements.bytes, as: UTF8.self)) }
        return found
    }

    @Test(
        "come one at a time, whatever the shape",
        arguments: [
            ("", []), (" \n", []), ("[]", []),
            ("[1, \"a]\" ,{\"b\":[2]},null]", ["1", "\"a]\"", "{\"b\":[2]}", "null"]),
            ("\u{FEFF}[{\"\\\"\":\"\\\\\"}]", ["{\"\\\"\":\"\\\\\"}"]), ("[1][2]\n[3]", ["1", "2", "3"]),
            ("{\"a\":1}\n\n{\"b\":2}\r\n", ["{\"a\":1}", "{\"b\":2}\r"]),
            ("{\"a\":\n1} {\"b\":\n2}", ["{\"a\":\n1}", "{\"b\":\n2}"]),
            ("{\"a\":1}\n{broken\n{\"b\":2}", ["{\"a\":1}", "{broken", "{\"b\":2}"]),
        ] as [(String, [String])]
    )
    func oneAtATime(text: String, elements: [String]) throws {
        for size in [1, 2, 5, 100] { #expect(try read(text, of: size) == elements) }
    }

    @Test(
        "end with a reason when the text cannot be followed",
        arguments: ["[1, 2", "[{\"a\": 1}, {\"b\"", "[1,,2]", "hello", "{\"a\":\n\"never ends"]
    )
    func endsWithReason(text: String) {
        #expect(throws: ImportProblem.self) { try read(text) }
    }

    @Test("are refused when one is longer than the limit")
    func tooLong() {
        let text = "[\"\(String(repeating: "x", count: 5000))\"]"
        #expect(throws: ImportProblem.self) { try read(text, of: 100, limit: 1000) }
    }

    @Test("of a text that is UTF-16 are refused by name")
    func utf16() {
        var elements = JSONElements(Pieces([0xFF, 0xFE, 0x5B, 0x00]))
        #expect { try elements.advance() } throws: { ($0 as? ImportProblem)?.reason.contains("UTF-16") == true }
    }
}
