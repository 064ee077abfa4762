import Parley
import Testing

/// The life of a turn, without any input or output.
struct TurnStateTests {
    private func said(_ text: String, finish: FinishReason? = nil) -> AnswerChunk {
        AnswerChunk(deltas: [AnswerDelta(content: text, finish: finish)])
    }

    @Test(arguments: [
        (FinishReason.stop, Turn.Status.completed), (.toolCalls, .completed), (.functionCall, .completed),
        (.length, .incomplete), (.contentFilter, .incomplete),
    ])
    func theReasonDecidesHowATurnEnds(_ reason: FinishReason, _ status: Turn.Status) {
        var state = TurnState(of: .random())
        state.receive(said("a", finish: reason))
        let ending = state.finish()
        #expect(ending.status == status)
        #expect(ending.movesTip)
    }

    @Test func anAnswerWithoutAReasonIsComplete() {
        var state = TurnState(of: .random())
        state.receive(said("a"))
        #expect(state.finish().status == .completed)
    }

    @Test func theFirstEndingStands() {
        var state = TurnState(of: .random())
        state.receive(said("half"))
        _ = state.interrupt(.cancelled(keep: true))
        state.receive(said(" more", finish: .stop))
        _ = state.interrupt(.failure(.upstreamFailed))
        let ending = state.finish()
        #expect(ending.status == .cancelled)
        #expect(ending.movesTip)
        #expect(state.items(ending).map(\.content.text) == ["half"])
        #expect(state.items(ending).first?.status == .incomplete)
    }

    @Test func whatBreaksOffLeavesTheTip() {
        for interruption in [
            TurnState.Interruption.clientLeft, .shutdown, .failure(.upstreamIncomplete), .cancelled(keep: false),
        ] {
            var state = TurnState(of: .random())
            state.receive(said("half"))
            #expect(!state.interrupt(interruption).movesTip)
        }
    }

    @Test func nothingSaidCannotBeKept() {
        var state = TurnState(of: .random())
        #expect(!state.interrupt(.cancelled(keep: true)).movesTip)
    }

    @Test func checkpointsTakeEachDeltaOnceAndNumberTheParts() {
        var state = TurnState(of: .random())
        #expect(state.takeCheckpoint() == nil)
        state.receive(said("a"))
        state.receive(said("b"))
        let first = state.takeCheckpoint()
        #expect(first?.part == 0)
        #expect(first?.deltas.compactMap(\.content) == ["a", "b"])
        #expect(state.takeCheckpoint() == nil)
        state.receive(said("c"))
        #expect(state.takeCheckpoint()?.part == 1)
        _ = state.finish()
        state.receive(said("d"))
        #expect(state.takeCheckpoint() == nil)
    }

    @Test func whatCouldNotBeKeptComesFirstInTheNextCheckpoint() throws {
        var state = TurnState(of: .random())
        state.receive(said("a"))
        let checkpoint = state.takeCheckpoint()
        let lost = try #require(checkpoint)
        state.receive(said("b"))
        state.putBack(lost.deltas, as: lost.part)
        let next = state.takeCheckpoint()
        #expect(next?.part == 0)
        #expect(next?.deltas.compactMap(\.content) == ["a", "b"])
        state.receive(said("c"))
        #expect(state.takeCheckpoint()?.part == 1)
    }

    @Test func everySampleIsAtHand() {
        var state = TurnState(of: .random())
        let said = [
            AnswerDelta(index: 1, content: "x"), AnswerDelta(content: "a"),
            AnswerDelta(index: 1, content: "y", finish: .stop),
        ]
        state.receive(AnswerChunk(deltas: said, systemFingerprint: "fp"))
        #expect(state.answer.allSamples.map(\.index) == [0, 1])
        #expect(state.answer.allSamples.map { $0.contents.map(\.text) } == [["a"], ["xy"]])
        #expect(state.answer.allSamples.map(\.finish) == [nil, .stop])
        #expect(state.systemFingerprint == "fp")
    }

    @Test func fragmentsOfCallsAreJoinedByTheirIndexInTheOrderInWhichTheyBegan() {
        var state = TurnState(of: .random())
        let fragments = [
            ToolCallDelta(index: 1, id: "call_b", name: "g"),
            ToolCallDelta(index: 0, id: "call_a", name: "f", arguments: "{"),
            ToolCallDelta(index: 1, arguments: "[]"), ToolCallDelta(index: 0, arguments: "}"),
        ]
        for fragment in fragments {
            state.receive(AnswerChunk(deltas: [AnswerDelta(toolCalls: [fragment])]))
        }
        let items = state.items(state.finish())
        #expect(items.map(\.content.callID) == ["call_b", "call_a"])
        #expect(items.map(\.content.text) == ["g([])", "f({})"])
    }

    @Test func onlySampleZeroIsRecorded() {
        var state = TurnState(of: .random())
        state.receive(AnswerChunk(deltas: [AnswerDelta(index: 1, content: "other"), AnswerDelta(content: "mine")]))
        #expect(state.items(state.finish()).map(\.content.text) == ["mine"])
    }
}
