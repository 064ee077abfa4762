import Parley
import ParleyWire
import Testing

/// The events of a response's stream: their order, their numbers, and that they agree with what is stored.
struct ResponseEventsTests {
    private let turn = Turn.ID.random()

    private func events(_ deltas: [AnswerDelta], after: Int = -1, status: Turn.Status = .completed) -> [JSON] {
        let object = ResponseObject(id: "resp_1", created: 1, echo: .init(), model: "m")
        var events = ResponseEvents(object, turn: turn, after: after)
        events.begin()
        events.add(deltas)
        events.end(status, reason: nil, message: nil, usage: nil, model: "m", at: Timestamp(milliseconds: 2000))
        return String(decoding: events.take(), as: UTF8.self).split(separator: "\n\n").compactMap { event in
            let lines = event.split(separator: "\n")
            guard lines.count == 2, lines[0].hasPrefix("event: "), lines[1].hasPrefix("data: ") else { return nil }
            let json = try? JSON(parsing: Array(lines[1].dropFirst(6).utf8))
            return json?["type"]?.string == String(lines[0].dropFirst(7)) ? json : nil
        }
    }

    private func types(_ events: [JSON]) -> [String] {
        events.compactMap { $0["type"]?.string?.replacing("response.", with: "") }
    }

    @Test func aTextOpensFillsAndClosesItsItem() {
        let events = events([AnswerDelta(content: "a"), AnswerDelta(content: "b"), AnswerDelta(finish: .stop)])
        #expect(
            types(events) == [
                "created", "in_progress", "output_item.added", "content_part.added", "output_text.delta",
                "output_text.delta", "output_text.done", "content_part.done", "output_item.done", "completed",
            ]
        )
        #expect(events.map { $0["sequence_number"]?.int } == Array(0..<10))
        #expect(events[6]["text"] == "ab")
        #expect(events[0]["response"]?["output"] == [])
        #expect(events[9]["response"]?["output"]?.array == [events[8]["item"] ?? .null])
    }

    /// Clients of some languages compare text, so the form of the most frequent events is fixed to the byte.
    @Test func whatIsAddedIsWrittenInOneForm() {
        var events = ResponseEvents(ResponseObject(id: "resp_1", created: 1, echo: .init(), model: "m"), turn: turn)
        events.add([
            AnswerDelta(content: "\"你\n", logprobs: [["token": "你"]]), AnswerDelta(content: "b"),
            AnswerDelta(refusal: "no"), AnswerDelta(toolCalls: [ToolCallDelta(index: 0, id: "c", arguments: "{")]),
        ])
        let lines = String(decoding: events.take(), as: UTF8.self).split(separator: "\n").filter {
            $0.contains(".delta\",")
        }
        let said = #""item_id":"msg_\#(Item.ID.part(0, of: turn).digits)","output_index":0,"content_index":"#
        let call = #""item_id":"fc_\#(Item.ID.part(1, of: turn).digits)","output_index":1"#
        #expect(
            lines == [
                #"data: {"type":"response.output_text.delta","sequence_number":2,\#(said)0,"#
                    + #""delta":"\"你\n","logprobs":[{"token":"你"}]}"#,
                #"data: {"type":"response.output_text.delta","sequence_number":3,\#(said)0,"delta":"b","logprobs":[]}"#,
                #"data: {"type":"response.refusal.delta","sequence_number":7,\#(said)1,"delta":"no"}"#,
                #"data: {"type":"response.function_call_arguments.delta","sequence_number":12,\#(call),"delta":"{"}"#,
            ]
        )
    }

    @Test func callsFollowOneAnother() {
        let deltas = [
            AnswerDelta(toolCalls: [ToolCallDelta(index: 0, id: "c0", name: "f", arguments: "{")]),
            AnswerDelta(toolCalls: [ToolCallDelta(index: 0, arguments: "}")]),
            AnswerDelta(toolCalls: [ToolCallDelta(index: 1, id: "c1", name: "g", arguments: "{}")]),
            AnswerDelta(finish: .toolCalls),
        ]
        let events = events(deltas)
        let call = ["function_call_arguments.delta", "function_call_arguments.done", "output_item.done"]
        #expect(
            types(events)
                == ["created", "in_progress", "output_item.added", "function_call_arguments.delta"] + call
                + ["output_item.added"] + call + ["completed"]
        )
        #expect(events[5]["name"] == "f" && events[5]["arguments"] == "{}")
    }

    @Test func whatWasSeenIsNotSentAgain() {
        let deltas = [AnswerDelta(reasoning: "hm"), AnswerDelta(content: "a"), AnswerDelta(finish: .stop)]
        let whole = events(deltas)
        for number in whole.indices {
            #expect(events(deltas, after: number) == Array(whole.dropFirst(number + 1)))
        }
    }

    @Test func anAnswerWithoutAWordIsAnEmptyMessage() {
        let events = events([AnswerDelta(finish: .stop)])
        #expect(types(events).contains("output_text.done"))
        #expect(events.last?["response"]?["output"]?.array?.count == 1)
    }

    @Test func aFailureClosesWhatIsOpenAsIncomplete() {
        let events = events([AnswerDelta(content: "a")], status: .failed)
        #expect(types(events).suffix(2) == ["output_item.done", "failed"])
        #expect(events.last?["response"]?["output"]?.array?.first?["status"] == "incomplete")
    }

    /// Any pieces: the last event shows what the accumulator stores, ids included.
    @Test(arguments: 0..<200)
    func theEndShowsWhatIsStored(seed: UInt64) {
        var random = Numbers(state: seed)
        var deltas = (0..<Int(random.next() % 12)).map { _ in random.delta() }
        deltas.append(AnswerDelta(finish: random.next() % 2 == 0 ? .stop : .toolCalls))
        var answer = AnswerAccumulator(of: turn)
        for delta in deltas { answer.add(delta) }
        let stored = answer.items(status: .completed).map(ItemObject.json)
        let events = events(deltas)
        let shown = events.last?["response"]?["output"]?.array ?? []
        #expect(shown.map(\.canonicalText) == stored.map(\.canonicalText))
        #expect(events.map { $0["sequence_number"]?.int } == Array(events.indices))
        let opened = events.filter { $0["type"] == "response.output_item.added" }.map { $0["item"]?["id"] }
        #expect(opened == shown.map { $0["id"] })
    }
}

extension JSON {
    fileprivate var canonicalText: String { String(decoding: canonical, as: UTF8.self) }
}

/// Numbers that follow from a seed (splitmix64).
private struct Numbers: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    mutating func delta() -> AnswerDelta {
        switch next() % 5 {
        case 0: AnswerDelta(reasoning: "思考")
        case 1: AnswerDelta(content: "")
        case 2:
            AnswerDelta(toolCalls: [
                ToolCallDelta(index: Int(next() % 3), id: "call", name: "f", arguments: "{\(next() % 9)")
            ])
        default: AnswerDelta(content: "字\(next() % 100)")
        }
    }
}
