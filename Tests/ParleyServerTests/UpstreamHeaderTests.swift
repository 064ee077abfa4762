import Parley
import ParleyServer
import ScriptedUpstream
import Testing

/// An upstream's headers are its own; what it says is the client's.
@Suite(.timeLimit(.minutes(1)))
struct UpstreamHeaderTests {
    private static let evil = [
        "Set-Cookie: session=canary", "Access-Control-Allow-Origin: *", "Location: http://canary.example/",
        "Server: canary", "X-Accel-Redirect: /canary", "Content-Disposition: attachment; filename=canary",
    ]

    @Test(arguments: [true, false])
    func nothingOfThemGoesOn(streamed: Bool) async throws {
        let body =
            streamed
            ? "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"hi\"},\"finish_reason\":\"stop\"}]}\n\n"
            : #"{"choices":[{"index":0,"message":{"role":"assistant","content":"hi"},"finish_reason":"stop"}]}"#
        let type = streamed ? "text/event-stream" : "application/json"
        let reply = Reply.whole(body.utf8, type: type, headers: Self.evil)
        let script: ScriptedUpstream.Script = { request, upstream in
            request.path.hasSuffix("/models") ? Echo.script(request, upstream) : reply
        }
        try await ChatServer.with(script: script) { chat in
            let answer = try await chat.chat("x", in: nil, #","stream":\#(streamed)"#)
            #expect(answer.said == "hi")
            #expect(!answer.headers.values.contains { $0.contains("canary") })
            #expect(answer.headers["access-control-allow-origin"] == nil)
        }
    }

    @Test(arguments: ["</script>]]>", "\u{1B}[31m\u{1B}]52;c;eA==\u{7}", "\u{202E}a\u{200B}", "=cmd|' /C calc'!A0"])
    func whatIsSaidIsStoredByteByByte(text: String) async throws {
        try await ChatServer.with { chat in
            let answer = try await chat.chat(text)
            #expect(answer.said == "echo(1): \(text)")
            #expect(try await chat.texts(answer.conversation) == [text, "echo(1): \(text)"])
        }
    }
}
