import Foundation
import Parley
import ParleyClient
import ScriptedUpstream
import Testing

/// The bot of Lanying in the real program.
@Suite(.timeLimit(.minutes(1))) struct LanyingProcessTests {
    private static let taken = ScriptedUpstream.always(Reply.json(#"{"code":200}"#))

    private func settings(_ lanying: ScriptedUpstream) -> [String: String] {
        [
            "LANYING_USER_ID": "7", "LANYING_ADMIN_TOKEN": "t",
            "LANYING_API_ENDPOINT": "http://127.0.0.1:\(lanying.port)",
        ]
    }

    private func say(_ text: String, id: Int, to url: String) async throws {
        let client = APIClient(try APIAddress(url: url))
        let callback: JSON = [
            "appId": "abc", "msgId": JSON(id), "from": ["uid": 42], "to": ["uid": 7], "type": "CHAT",
            "ctype": "TEXT", "content": .string(text),
        ]
        let answer = try? await client.send(.post, "/integrations/lanying/messages", body: callback)
        await client.close()
        #expect(answer == .null)
    }

    private func said(_ lanying: ScriptedUpstream) -> [String] {
        lanying.received.map(\.json).filter { $0["content_type"] == 0 }.map { $0["content"]?.string ?? "" }
    }

    @Test func aServerThatIsToldToLeaveAnswersWhatIsInHand() async throws {
        let lanying = try await ScriptedUpstream.start(Self.taken)
        try await Workplace.with(settings(lanying)) { place in
            let (first, url) = try await place.serve()
            try await say("!slow one", id: 1, to: url)
            try await say("two", id: 2, to: url)
            await place.upstream.until { $0.open > 0 && $0.requests > 1 }
            first.signal(SIGTERM)
            place.upstream.gate.open()
            #expect(await first.end().status == 0)
            #expect(said(lanying) == ["echo(1): !slow one"])
            let (second, _) = try await place.serve()
            await lanying.until { $0.requests == 4 && $0.open == 0 }
            second.signal(SIGTERM)
            #expect(await second.end().status == 0)
            #expect(said(lanying) == ["echo(1): !slow one", "echo(3): two"])
        }
        await lanying.stop()
    }

    @Test func aMessageThatWasTakenSurvivesAKill() async throws {
        let lanying = try await ScriptedUpstream.start(Self.taken)
        try await Workplace.with(settings(lanying)) { place in
            let (first, url) = try await place.serve()
            try await say("!slow one", id: 1, to: url)
            await place.upstream.until { $0.open > 0 && $0.requests > 1 }
            first.signal(SIGKILL)
            _ = await first.end()
            place.upstream.gate.open()
            let (second, _) = try await place.serve()
            await lanying.until { $0.requests == 3 && $0.open == 0 }
            second.signal(SIGTERM)
            #expect(await second.end().status == 0)
            #expect(said(lanying) == ["echo(1): !slow one"])
        }
        await lanying.stop()
    }

    @Test(arguments: [
        ["LANYING_USER_ID": "7"], ["LANYING_ADMIN_TOKEN": "CANARY"],
        ["LANYING_USER_ID": "7", "LANYING_ADMIN_TOKEN": "CANARY", "PARLEY_LANYING_USER": "nobody"],
        ["LANYING_USER_ID": "7", "LANYING_ADMIN_TOKEN": "CANARY", "LANYING_API_ENDPOINT": "nonsense"],
        ["LANYING_USER_ID": "7", "LANYING_ADMIN_TOKEN": "CANARY", "LANYING_API_ENDPOINT": "http+unix://x"],
        ["LANYING_USER_ID": "7", "LANYING_ADMIN_TOKEN": "CANARY", "PARLEY_LANYING_PRESETS": "x"],
    ])
    func aBotThatIsSetByHalvesIsRefusedByName(_ settings: [String: String]) async throws {
        try await Workplace.with(settings) { place in
            let end = try await place.parley("serve", "--port", "0")
            #expect(end.status == 78)
            #expect(end.errors.contains("LANYING_"))
            #expect(!end.errors.contains("CANARY"))
        }
    }

    @Test func othersNeedASignature() async throws {
        try await Workplace.with(["LANYING_USER_ID": "7", "LANYING_ADMIN_TOKEN": "t"]) { place in
            _ = try await place.parley("keys", "create", "--user", "local")
            let end = try await place.parley("serve", "--host", "0.0.0.0", "--port", "0")
            #expect(end.status == 78 && end.errors.contains("LANYING_CALLBACK_SIGNATURE"))
        }
    }

    @Test func aTokenStaysWhereItsAddressIs() async throws {
        let bot = ["LANYING_USER_ID": "7", "LANYING_ADMIN_TOKEN": "t"]
        try await Workplace.with(bot) { place in
            let file = place.folder.appendingPathComponent(".env")
            try Data("LANYING_API_ENDPOINT=http://127.0.0.1:9\n".utf8).write(to: file)
            let end = try await place.parley("serve", "--port", "0")
            #expect(end.status == 78 && end.errors.contains("same place"))
        }
    }
}
