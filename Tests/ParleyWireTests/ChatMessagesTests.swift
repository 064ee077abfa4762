import Parley
import ParleyWire
import Testing

/// Chat messages become items and come back as they were.
struct ChatMessagesTests {
    private func roundTrip(_ messages: String) throws -> JSON {
        let array = try #require(JSON(parsing: messages).array)
        var writer = JSONWriter()
        ChatMessages.write(try ChatMessages.items(array), to: &writer)
        return try JSON(parsing: writer.bytes)
    }

    @Test(arguments: [
        #"[{"role":"system","content":"be brief"},{"role":"user","content":"你好"},{"role":"assistant","content":"hi"}]"#,
        #"[{"role":"user","content":"a","name":"anna"}]"#,
        #"[{"role":"user","content":[{"type":"text","text":"what?"},{"type":"image_url","image_url":{"url":"data:x","detail":"low"}}]}]"#,
        #"[{"role":"user","content":[{"type":"file","file":{"file_id":"f","filename":"a.pdf"}}]}]"#,
        #"[{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"x","format":"wav"}}]}]"#,
        #"[{"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}},{"id":"c2","type":"function","function":{"name":"g","arguments":"[]"}}]},{"role":"tool","tool_call_id":"c1","content":"1"},{"role":"tool","tool_call_id":"c2","content":"2"}]"#,
        #"[{"role":"assistant","content":"let me look","tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{}"}}]}]"#,
        #"[{"role":"assistant","content":"","refusal":"no"}]"#,
        #"[{"role":"assistant","content":"a","reasoning_content":"because"}]"#,
        #"[{"role":"user","content":""}]"#,
    ])
    func whatComesInGoesOut(_ messages: String) throws {
        #expect(try roundTrip(messages).canonicalText == JSON(parsing: messages).canonicalText)
    }

    @Test(arguments: [
        (#"[{"content":"x"}]"#, ParleyError.Code.missingParameter), (#"["x"]"#, .invalidType),
        (#"[{"role":"wizard","content":"x"}]"#, .invalidValue),
    ])
    func aMessageThatCannotBeIsNamed(_ messages: String, _ code: ParleyError.Code) throws {
        let array = try #require(JSON(parsing: messages).array)
        #expect { try ChatMessages.items(array) } throws: { error in
            (error as? ParleyError)?.code == code && (error as? ParleyError)?.parameter?.hasPrefix("messages") == true
        }
    }

    @Test(arguments: ["7", "{}", "[1]", #"[{"text":"a"}]"#])
    func contentIsATextOrParts(_ content: String) throws {
        let message = try JSON(parsing: #"{"role":"user","content":\#(content)}"#)
        #expect(throws: ParleyError.self) { try ChatMessages.items([message]) }
    }

    @Test func callsAreMadeOfStringsWhateverWasSent() throws {
        let call = #"{"id":5,"type":"function","function":{"name":"f","arguments":{"a":1}}}"#
        let asked = try JSON(parsing: #"{"role":"assistant","content":null,"tool_calls":[\#(call)]}"#)
        let told = try JSON(parsing: #"{"role":"tool","tool_call_id":5,"content":null}"#)
        let items = try ChatMessages.items([asked, told])
        #expect(items[0].json["arguments"] == #"{"a":1}"# && items[0].json["call_id"] == "5")
        #expect(items[1].json["output"] == "" && items[1].json["call_id"] == "5")
    }

    @Test func aStringAndASingleTextPartMeanTheSame() throws {
        let one = try ChatMessages.items([["role": "user", "content": " a\r\n b\u{3000}\n"]])
        let two = try ChatMessages.items([["role": "user", "content": [["type": "text", "text": "a\n b"]]]])
        #expect(one.map(\.meaning) == two.map(\.meaning))
    }

    @Test func whiteSpaceAloneMeansAnEmptyText() throws {
        let space = try ChatMessages.items([["role": "user", "content": " \r\n\u{3000}"]])
        let nothing = try ChatMessages.items([["role": "user", "content": ""]])
        #expect(space.map(\.meaning) == nothing.map(\.meaning))
    }

    @Test func instructionsMeanNothing() throws {
        let items = try ChatMessages.items([
            ["role": "system", "content": "x"], ["role": "developer", "content": "y"],
        ])
        #expect(items.allSatisfy { $0.meaning == nil && $0.isInstruction })
    }
}

extension JSON {
    fileprivate var canonicalText: String { String(decoding: canonical, as: UTF8.self) }
}
