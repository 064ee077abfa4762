import Foundation
import Parley
import ParleyInterchange
import Testing

/// Each format, as the programs that read it take it.
struct ExportFormatTests {
    @Test func aTableIsQuotedAndHoldsNoFormula() {
        var exported = Exported(title: "=1+1")
        exported.say("a,\"b\"\nc", "+cmd|' /C calc'!A0", "@x", "\tx", "\rx", "-1", "plain")
        let rows = exported.text(.csv).components(separatedBy: "\r\n")
        #expect(rows[0] == "conversation,title,item,parent,created_at,kind,role,model,status,rating,text")
        #expect(rows[1].hasSuffix(",\"a,\"\"b\"\"\nc\"") && rows[1].contains(",'=1+1,"))
        #expect(rows[2].hasSuffix(",'+cmd|' /C calc'!A0"))
        #expect(rows[3].hasSuffix(",'@x") && rows[4].hasSuffix(",'\tx") && rows[5].hasSuffix(",\"'\rx\""))
        #expect(rows[6].hasSuffix(",'-1") && rows[7].hasSuffix(",plain"))
    }

    @Test func aCodeBlockThatWasLeftOpenEndsWithItsMessage() {
        var exported = Exported()
        exported.say("```swift\nlet a = 1", "~~~~\nx\n~~~", "closed\n```\na\n```")
        let text = exported.text(.markdown)
        #expect(text.contains("let a = 1\n```\n\n## Assistant"))
        #expect(text.contains("~~~~\nx\n~~~\n~~~~\n\n## User"))
        #expect(text.hasSuffix("closed\n```\na\n```\n"))
    }

    @Test func textHoldsNothingThatATerminalObeys() {
        var exported = Exported(title: "a\u{202E}b")
        exported.say("x\u{1B}[31m\u{9B}y\u{202E}z\r\nnext\u{7}")
        let text = exported.text(.text)
        #expect(text.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) || $0 == "\n" })
        #expect(text.contains("x[31my⟨U+202E⟩z\nnext") && text.hasPrefix("a⟨U+202E⟩b\n"))
    }

    @Test func chatGPTGetsATreeWithBothAnswers() throws {
        var exported = Exported(instructions: "Be kind.")
        exported.say("q", "a")
        exported.add(ItemContent(role: .assistant, text: "b"), behind: 0)
        let chat = try #require(exported.json(.chatGPT).array?.first)
        let mapping = try #require(chat["mapping"]?.object)
        #expect(mapping.members.count == 5)
        #expect(mapping["client-created-root"]?["children"] == ["instructions"])
        let question = try #require(mapping["instructions"]?["children"]?.array?.first?.string)
        #expect(mapping[question]?["children"]?.array?.count == 2)
        #expect(mapping[question]?["parent"] == "instructions")
        #expect(chat["current_node"]?.string == exported.items[2].record.key)
        #expect(chat["create_time"] == .number("1700000000.123"))
        let answer = mapping[exported.items[2].record.key]?["message"]
        #expect(answer?["content"]?["parts"] == ["b"] && answer?["metadata"]?["model_slug"] == "gpt")
    }

    @Test func openWebUIGetsWhatWasSaidAndReasoningFolded() throws {
        var exported = Exported(instructions: "Be kind.")
        exported.say("q")
        exported.add(try content(#"{"type":"reasoning","summary":[{"type":"summary_text","text":"hm"}]}"#))
        exported.add(ItemContent(role: .assistant, text: "a"))
        exported.add(try content(#"{"type":"function_call","call_id":"c","name":"f","arguments":"{}"}"#))
        let chat = try #require(exported.json(.openWebUI).array?.first)
        let messages = try #require(chat["chat"]?["history"]?["messages"]?.object)
        #expect(messages.members.count == 2 && chat["chat"]?["params"] == ["system": "Be kind."])
        let answer = messages.members[1].value
        #expect(answer["parentId"]?.string == messages.members[0].name)
        #expect(messages.members[0].value["childrenIds"] == [JSON.string(messages.members[1].name)])
        #expect(answer["content"]?.string?.hasSuffix("</details>\na") == true)
        #expect(chat["chat"]?["history"]?["currentId"]?.string == messages.members[1].name)
    }

    @Test func fineTuningGetsAnsweredPathsAlone() throws {
        var exported = Exported(instructions: "Be kind.")
        exported.say("q", "a", "and?")
        let line = try exported.json(.fineTune)
        #expect(line["messages"]?.array?.map { $0["role"]?.string } == ["system", "user", "assistant"])
        var unanswered = Exported()
        unanswered.say("q")
        #expect(unanswered.bytes(.fineTune).isEmpty)
        var open = Exported()
        open.say("q")
        open.add(try content(#"{"type":"function_call","call_id":"c","name":"f","arguments":"{}"}"#))
        open.add(ItemContent(role: .assistant, text: "a"))
        #expect(open.bytes(.fineTune).isEmpty)
    }

    @Test func shareGPTGetsTurnsThatAlternate() throws {
        var exported = Exported(instructions: "Be kind.")
        exported.add(ItemContent(role: .user, text: "q"))
        exported.add(ItemContent(role: .user, text: "r"))
        exported.add(try content(#"{"type":"function_call","call_id":"c","name":"f","arguments":"{\"a\":1}"}"#))
        exported.add(try content(#"{"type":"function_call_output","call_id":"c","output":"3"}"#))
        exported.add(ItemContent(role: .assistant, text: "a"))
        let line = try #require(exported.json(.shareGPT).array?.first)
        let turns = line["conversations"]?.array ?? []
        #expect(turns.map { $0["from"]?.string } == ["human", "function_call", "observation", "gpt"])
        #expect(turns[0]["value"] == "q\n\nr" && turns[1]["value"] == #"{"name":"f","arguments":{"a":1}}"#)
        #expect(line["system"] == "Be kind.")
    }

    @Test func preferencesAreByRatingThenEditThenPath() throws {
        var exported = Exported()
        exported.say("q", "old")
        exported.add(ItemContent(role: .assistant, text: "active"), behind: 0)
        #expect(try preferred(exported) == ["active", "old"])
        exported.items[1].record.editOf = exported.items[2].record.key
        #expect(try preferred(exported) == ["old", "active"])
        exported.items[2].record.rating = 1
        #expect(try preferred(exported) == ["active", "old"])
        var single = Exported()
        single.say("q", "a")
        #expect(single.bytes(.preferences).isEmpty)
    }

    private func preferred(_ exported: Exported) throws -> [String?] {
        let line = try exported.json(.preferences)
        return ["preferred_output", "non_preferred_output"].map { line[$0]?.array?.first?["content"]?.string }
    }

    @Test func redactionReachesEveryFormat() throws {
        var exported = Exported(title: "mail anna@example.com", instructions: "key sk-abcdefghij0123456789")
        exported.say("call +442071838750", "card 4111 1111 1111 1111")
        exported.add(
            try content(#"{"type":"function_call","call_id":"c","name":"f","arguments":"{\"to\":\"b@example.com\"}"}"#)
        )
        for format in ExportFormat.allCases {
            let text = exported.text(format, redacts: true)
            for secret in ["@example", "sk-abc", "2071838750", "4111"] { #expect(!text.contains(secret), "\(format)") }
        }
        #expect(exported.text(.parley, redacts: true).contains(#""redacted":true"#))
    }

    @Test func filesAreNamedAfterTitlesThatCanBeNames() {
        let id = "conv_" + String(repeating: "ab", count: 24)
        func name(_ title: String) -> String { ExportName.of(title: title, id: id, fileExtension: "md") }
        #expect(name("Plan B: 你好!") == "Plan-B-你好-abababababab.md")
        #expect(name("../../etc/passwd") == "etc-passwd-abababababab.md")
        #expect(name("\u{0}/∕.\u{202E}") == "\(String(repeating: "ab", count: 24)).md")
        #expect(name("CON") == "CON-abababababab.md")
        #expect(name(String(repeating: "x", count: 300)).count == 60 + 16)
    }

    @Test(arguments: [0, 951_782_400_000, 1_709_164_800_000, 4_102_444_799_999, -1, 1_764_209_522_123])
    func timesAreWrittenAsTheCalendarHasThem(_ milliseconds: Int64) {
        let date = Date(timeIntervalSince1970: (Double(milliseconds) / 1000).rounded(.down))
        #expect(Timestamp(milliseconds: milliseconds).text == date.formatted(.iso8601))
    }
}
