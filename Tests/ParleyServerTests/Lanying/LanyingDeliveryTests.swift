import Parley
import ParleyServer
import ScriptedUpstream
import Testing

/// Every message is answered once, whatever fails in between.
@Suite(.timeLimit(.minutes(1)))
struct LanyingDeliveryTests {
    @Test func aRepeatedCallbackIsAnsweredOnceAlsoByTheNextProcess() async throws {
        try await LanyingPlace.with { place in
            try await place.run { parley in
                try await parley.say("!delay one", id: 1)
                await place.model.until { $0.open > 0 && $0.requests > 1 }
                try await parley.say("!delay one", id: 1)
                place.model.gate.open()
                await place.untilSent(2)
                try await parley.say("!delay one", id: 1)
            }
            try await place.run { parley in
                try await parley.say("!delay one", id: 1)
                try await parley.say("two", id: 2)
                await place.untilSent(4)
            }
            #expect(place.said == ["echo(1): !delay one", "echo(3): two"])
            #expect(place.sent(9).count == 2)
            #expect(place.questions == 2)
        }
    }

    @Test func aReplyIsSentAgainUntilItIsTakenAndTheModelIsAskedOnce() async throws {
        try await LanyingPlace.with { place in
            let failures = [
                Reply.json(#"{"code":500}"#), Reply.json("busy", status: 503), Reply([.reset]),
                Reply.json("", status: 302, headers: ["Location: /elsewhere"]), Reply.json("{}"),
            ]
            place.lanying.play(ScriptedUpstream.inTurn([LanyingPlace.taken] + failures + [LanyingPlace.taken]))
            try await place.run { parley in
                try await parley.say("one", id: 1)
                await place.lanying.until { $0.requests == 7 && $0.open == 0 }
            }
            #expect(place.lanying.received.allSatisfy { $0.path == "/message/send" })
            #expect(place.said == Array(repeating: "echo(1): one", count: 6))
            #expect(Set(place.sent(0).map { $0["transaction_id"] }).count == 1)
            #expect(place.questions == 1)
        }
    }

    @Test func aReplyThatCouldNotBeSentIsSentByTheNextProcess() async throws {
        try await LanyingPlace.with { place in
            place.lanying.play(ScriptedUpstream.always(.json("down", status: 502)))
            try await place.run { parley in
                try await parley.say("one", id: 1)
                await place.lanying.until { $0.requests == 12 && $0.open == 0 }
            }
            place.lanying.play(ScriptedUpstream.always(LanyingPlace.taken))
            try await place.run { _ in await place.untilSent(14) }
            #expect(place.lanying.counts.requests == 14)
            #expect(Set(place.said) == ["echo(1): one"])
            #expect(Set(place.sent(0).map { $0["transaction_id"] }).count == 1)
            #expect(place.questions == 1)
        }
    }

    @Test func aReplyThatIsRefusedIsGivenUp() async throws {
        try await LanyingPlace.with { place in
            place.lanying.play(ScriptedUpstream.always(.json(#"{"code":400,"message":"no such user"}"#)))
            try await place.run { parley in
                try await parley.say("one", id: 1)
                await place.untilSent(2)
            }
            try await place.run { parley in
                try await parley.say("two", id: 2)
                await place.untilSent(4)
            }
            #expect(place.said == ["echo(1): one", "echo(3): two"])
        }
    }

    @Test(arguments: ["!status=400", "!garbage", "!drop", "!empty"])
    func aModelThatFailsIsExcused(_ text: String) async throws {
        try await LanyingPlace.with { place in
            try await place.run { parley in
                try await parley.say(text, id: 1)
                await place.untilSent(2)
                try await parley.say("next", id: 2)
                await place.untilSent(4)
            }
            #expect(place.said.first == "sorry")
            #expect(place.said.last?.hasSuffix("next") == true)
        }
    }

    @Test func aStopFinishesWhatIsInHandAndLeavesTheRestForTheNextProcess() async throws {
        try await LanyingPlace.with { place in
            try await place.run { parley in
                try await parley.say("!delay one", id: 1)
                try await parley.say("two", id: 2)
                await place.model.until { $0.open > 0 && $0.requests > 1 }
                parley.connector.close()
                let late = try await parley.post(LanyingRun.callback("three", id: 3).text)
                #expect(late.status == 503 && late.error.contains("server_shutdown"))
                place.model.gate.open()
            }
            #expect(place.said == ["echo(1): !delay one"])
            try await place.run { _ in await place.untilSent(4) }
            #expect(place.said == ["echo(1): !delay one", "echo(3): two"])
        }
    }

    @Test func eightPeopleAreAnsweredAtOnceAndEachInOrder() async throws {
        try await LanyingPlace.with { place in
            try await place.run { parley in
                for person in 1...10 {
                    try await parley.say("!delay a\(person)", id: person * 2, from: 100 + person)
                    try await parley.say("b\(person)", id: person * 2 + 1, from: 100 + person)
                }
                await place.model.until { $0.open == 8 }
                #expect(place.questions == 8)
                #expect(place.sent(9).count == 8)
                place.model.gate.open()
                await place.untilSent(40)
            }
            for person in 1...10 {
                let heard = place.sent(0).filter { $0["targets"] == [JSON(100 + person)] }.map { $0["content"] }
                #expect(heard == [.string("echo(1): !delay a\(person)"), .string("echo(3): b\(person)")])
            }
        }
    }
}
