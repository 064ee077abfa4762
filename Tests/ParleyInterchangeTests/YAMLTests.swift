import Parley
import ParleyYAML
import Testing

@Suite("YAML", .timeLimit(.minutes(1)))
struct YAMLTests {
    private func isTooMuch(_ text: String) -> Bool {
        do {
            _ = try YAMLDocument.json(text)
            return false
        } catch {
            return (error as? ParleyError)?.message.contains("aliases") == true
        }
    }

    /// Each level ten times the one before.
    private static func laughs(_ levels: Int, _ line: (Int, String) -> String) -> String {
        (1...levels).map { level in
            line(level, (1...10).map { _ in "*a\(level - 1)" }.joined(separator: ", "))
        }.joined(separator: "\n")
    }

    /// None of these is ever resolved: that would take hours and all memory.
    @Test("that says billions by aliases is refused before it is resolved")
    func bombs() {
        let flow = Self.laughs(12) { "a\($0): &a\($0) [\($1)]" }
        #expect(isTooMuch("a0: &a0 lol\n" + flow))
        #expect(isTooMuch("- &a0 lol\n" + Self.laughs(12) { "- &a\($0) [\($1)]" }))
        #expect(isTooMuch("- &a0 lol\n" + Self.laughs(12) { "- ? &a\($0) [\($1)]\n  : x" }))
        let nested = String(repeating: "[&a ", count: 30) + "x" + String(repeating: ",*a,*a]", count: 30)
        #expect(isTooMuch(nested))
        #expect(isTooMuch("- &a x\n" + String(repeating: "- &a [*a,*a]\n", count: 40)))
        #expect(isTooMuch("- &a0 lol\r" + Self.laughs(12) { "- &a\($0) [\($1)]" }.replacing("\n", with: "\r")))
    }

    private static func bomb(_ indentation: Int) -> String {
        let space = String(repeating: " ", count: indentation)
        return space + "- &a0 lol\n" + laughs(12) { "\(space)- &a\($0) [\($1)]" }
    }

    @Test(
        "hides no alias behind what looks like a text",
        arguments: [
            "- \"\n k: |\n   \"\n", "- '\n k: |\n   '\n", "# |\n", "x: y # |\n", "- [\n k, \"\n  k: |\n    \" ]\n",
            "'a': \"'\n k: |\n   x'\"\n", "foo.bar: \"\n k: |\n   \"\n", "--- \"\n k: |\n   \"\n",
            "\"a\": '\n k: |\n   '\n",
            "key:   \"\n k: |\n   \"\n", "a: &x\n k: [ |\n",
        ]
    )
    func disguises(_ prefix: String) {
        #expect(isTooMuch(prefix + Self.bomb(8)), "\(prefix)")
    }

    @Test(
        "knows where a text ends",
        arguments: [
            "k: |\n  text\n", "- k: |\n    text\n", "k: |\n  text\u{2028}", "k: >-\r  text\r",
            "- k: |\n\n    a\n   b\n",
        ]
    )
    func ends(_ prefix: String) {
        #expect(isTooMuch(prefix + Self.bomb(0)), "\(prefix)")
        #expect(isTooMuch(prefix + Self.bomb(2)) == !prefix.hasPrefix("k"), "\(prefix)")
    }

    @Test("may use a few aliases, and write about them")
    func fewAliases() throws {
        let few = try YAMLDocument.json("model: &m gpt\nmessages:\n- {role: user, content: *m}\n")
        #expect(few["messages"]?.array?.first?["content"] == "gpt")
        let code = (0..<200).map { "    int *p\($0 % 20) = &p\($0 % 20); *p\($0 % 20) += &p\($0 % 20);" }
        let text = "model: m\nmessages:\n- role: user\n  content: |-\n" + code.joined(separator: "\n") + "\n- role: x\n"
        #expect(try YAMLDocument.json(text)["messages"]?.array?.count == 2)
    }
}
