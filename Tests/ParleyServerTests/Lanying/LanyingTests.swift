import Parley
import ParleyServer
import ParleyStore
import ScriptedUpstream
import Testing

@Suite(.timeLimit(.minutes(1)))
struct LanyingTests {
    @Test func aMessageIsMarkedReadAndThenAnswered() async throws {
        try await LanyingPlace.with { place in
            try await place.run { parley in
                try await parley.say("你好", id: 123_456)
                await place.untilSent(2)
            }
            let requests = place.lanying.received
            #expect(requests.map(\.path) == ["/message/send", "/message/send"])
            #expect(requests.allSatisfy { $0.header("app_id") == "abc" })
            #expect(requests.allSatisfy { $0.header("access-token") == LanyingPlace.token })
            for body in requests.map(\.json) {
                #expect(body["type"] == 1 && body["from_user_id"] == 7 && body["targets"] == [42])
            }
            let read = try #require(requests.first?.json)
            #expect(read["content_type"] == 9 && read["related_mid"] == 123_456)
            let reply = try #require(requests.last?.json)
            #expect(reply["content_type"] == 0 && reply["content"] == "echo(1): 你好")
            #expect(reply["config"] == #"{"antispam_prompt":"hidden"}"#)
            let transactions = Set([read, reply].compactMap { $0["transaction_id"]?.int })
            #expect(transactions.count == 2 && transactions.allSatisfy { $0 >= 0 })
        }
    }

    @Test(arguments: [nil, "", "sig-", "sig-11", "Sig-1"])
    func aWrongSignatureIsRefused(_ signature: String?) async throws {
        try await LanyingPlace.with { place in
            try await place.run { parley in
                let answer = try await parley.post(LanyingRun.callback("x", id: 1).text, signature: signature)
                #expect(answer.status == 403 && answer.isWellFormedError)
                let owner = try parley.store.user(named: User.localName).id
                #expect(try parley.store.conversations(ConversationQuery(), of: owner).elements.isEmpty)
            }
            #expect(place.lanying.received.isEmpty)
        }
    }

    @Test func whatIsNotForTheBotIsDropped() async throws {
        try await LanyingPlace.with { place in
            try await place.run { parley in
                let others: [(String, JSON)] = [
                    ("to", ["uid": 8]), ("from", ["uid": 7]), ("from", ["uid": "7"]), ("type", "GROUPCHAT"),
                    ("ctype", "IMAGE"), ("content", ["text": "x"]), ("to", 7), ("from", .null),
                ]
                for (name, value) in others {
                    var callback = try #require(LanyingRun.callback("not for you", id: 1).object)
                    callback[name] = value
                    let answer = try await parley.post(JSON.object(callback).text)
                    #expect(answer.status == 200 && answer.body.isEmpty)
                }
                try await parley.say("for you", id: 1)
                await place.untilSent(2)
            }
            #expect(place.said == ["echo(1): for you"])
        }
    }

    @Test func idsMayBeTexts() async throws {
        try await LanyingPlace.with { place in
            try await place.run { parley in
                var callback = try #require(LanyingRun.callback("one", id: 1).object)
                callback["to"] = ["uid": "7"]
                callback["from"] = ["uid": "42"]
                callback["msgId"] = "9007199254740993"
                #expect(try await parley.post(JSON.object(callback).text).status == 200)
                await place.untilSent(2)
                try await parley.say("two", id: 2)
                await place.untilSent(4)
            }
            #expect(place.said == ["echo(1): one", "echo(3): two"])
            #expect(place.sent(9).first?["related_mid"] == JSON(9_007_199_254_740_993))
        }
    }

    @Test func aCallbackThatCannotBeKnownAgainIsRefused() async throws {
        try await LanyingPlace.with { place in
            try await place.run { parley in
                for name in ["msgId", "appId"] {
                    var callback = try #require(LanyingRun.callback("x", id: 1).object)
                    callback[name] = nil
                    let answer = try await parley.post(JSON.object(callback).text)
                    #expect(answer.error == "invalid_request_error missing_required_parameter \(name)")
                }
                #expect(try await parley.post("[]").status == 400)
            }
        }
    }

    @Test func withoutABotThereIsNoRoute() async throws {
        try await TestServer.with { server in
            let answer = try await server.send("POST", "/integrations/lanying/messages", [:], "{}")
            #expect(answer.status == 404)
            #expect(answer.error == "invalid_request_error unknown_url null")
        }
    }
}

extension LanyingTests {
    @Test func startingOverBeginsANewLineAndKeepsTheOldOne() async throws {
        try await LanyingPlace.with { place in
            try await place.run { parley in
                try await parley.say("one", id: 1)
                try await parley.say("two", id: 2)
                await place.untilSent(4)
                let old = try parley.path()
                try await parley.say(" #reset_prompt ", id: 3)
                await place.untilSent(6)
                try await parley.say("three", id: 4)
                await place.untilSent(8)
                try await parley.say("four", id: 5, ext: ["reset_prompt": true])
                await place.untilSent(10)
                #expect(try parley.path().map(\.content.text) == ["four", "echo(1): four"])
                let owner = try parley.store.user(named: User.localName).id
                #expect(old.count == 4)
                for item in old { #expect(try parley.store.item(item.id, of: owner).content == item.content) }
            }
            let said = ["echo(1): one", "echo(3): two", "prompt is reset", "echo(1): three", "echo(1): four"]
            #expect(place.said == said)
            #expect(place.questions == 4)
        }
    }

    @Test func historyIsAddedAndWhatNeedsNoReplyIsOnlyStored() async throws {
        try await LanyingPlace.with { place in
            try await place.run { parley in
                let history: JSON = [
                    ["role": "system", "content": "Be brief."], ["role": "user", "content": "a"],
                    ["role": "assistant", "content": "b"], ["role": "nobody", "content": "c"], ["role": "user"],
                ]
                try await parley.say("noted", id: 1, ext: ["prompt_ext": history, "need_reply": false])
                await place.untilSent(1)
                try await parley.say("next", id: 2, ext: ["prompt_ext": [["role": "user", "content": "more"]]])
                await place.untilSent(3)
            }
            let asked = place.model.received.last?.json["messages"]?.array?.compactMap { $0["content"]?.string }
            #expect(asked == ["Be brief.", "a", "b", "noted", "more", "next"])
            #expect(place.said == ["echo(6): next"])
        }
    }

    @Test func aPresetChoosesOnlyAmongWhatTheOperatorNamed() async throws {
        try await LanyingPlace.with { place in
            try await place.run { parley in
                try await parley.say("!params", id: 1, ext: ["preset_name": "second"])
                try await parley.say("!params", id: 2, ext: ["preset_name": "gpt-3.5-turbo"])
                await place.untilSent(4)
            }
            let models = place.said.map { (try? JSON(parsing: $0))?["model"]?.string }
            #expect(models == ["echo-2", "echo-1"])
        }
    }
}
