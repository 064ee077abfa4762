import Parley
import ParleyClient
import ScriptedUpstream

// Rows 27 to 31: what is said.

extension Misbehaviour {
    static let contents: [Misbehaviour] = flood + refusedLeak + [leak] + wild + usages + [anotherModel]

    /// How much a reader that stops holds back is tested in `CancellationTests`.
    private static let flood: [Misbehaviour] = {
        var options = UpstreamOptions.quick
        options.limits.answer = Events.begun.count + 4000
        let more = [String](repeating: Events.chunk("{}"), count: 100)
        var stream = begun(
            27,
            "more than an answer may have",
            saying: Events.stream(more),
            then: [.hang],
            .broken(.upstreamIncomplete)
        )
        stream.options = options
        let whole = Self(
            number: 27,
            what: "more than an answer may have",
            streamed: false,
            replies: {
                [
                    Reply.stream(Events.whole(String(repeating: "x", count: 20_000)).utf8, size: $0 == 0 ? 0 : $0 * 100)
                        .gathered
                ]
            },
            expected: .refused(.upstreamEventTooLarge),
            options: options
        )
        return [stream, whole]
    }()

    private static let refusedLeak: [Misbehaviour] = {
        let reply = Reply.json(RefusalTests.error("sk-canary-0123456789abcdef is no key"), status: 400)
        return both(29, "our key in a refusal", .refused(.upstreamRejected)) { reply.inPieces(of: $0) }
    }()

    private static let leak = begun(
        29,
        "our key in an event that is no JSON",
        saying: Array("data: Authorization: Bearer sk-canary-0123456789abcdef\n\n".utf8),
        .broken(.upstreamBadResponse)
    )

    /// Written so that JSON needs no escapes but the one.
    private static let wild: [Misbehaviour] = [
        "</script><b>]]>", #"\u001b[31m\u001b]52;c;eA==\u0007"#, "\u{202E}abc\u{200B}",
        "![x](http://evil.example/?q=1)",
        "=cmd|' /C calc'!A0",
    ].flatMap { content in
        let text = content.replacing(#"\u001b"#, with: "\u{1B}").replacing(#"\u0007"#, with: "\u{7}")
        let events = Events.stream([Events.chunk(#"{"content":"\#(content)"}"#), Events.stop])
        return [
            stream(30, "text: \(content)", events, .text(text)),
            Self(
                number: 30,
                what: "text: \(content)",
                streamed: false,
                replies: { [Reply.stream(Events.whole(content).utf8, size: $0).gathered] },
                expected: .text(text)
            ),
        ]
    }

    private static let usages: [Misbehaviour] = [
        #"{"prompt_tokens":-1,"completion_tokens":2}"#, #"{"prompt_tokens":9223372036854775808,"completion_tokens":2}"#,
        #"{"prompt_tokens":NaN,"completion_tokens":2}"#, #"{"prompt_tokens":1e400,"completion_tokens":2}"#, "{}", "7",
        "[]",
    ].flatMap { usage in
        let events = Events.stream(Events.good.dropLast() + [#"{"choices":[],"usage":\#(usage)}"#, "[DONE]"])
        return [
            stream(31, "usage \(usage)", events, .good),
            Self(
                number: 31,
                what: "usage \(usage)",
                streamed: false,
                replies: { [Reply.stream(Events.whole(usage: usage).utf8, size: $0).gathered] },
                expected: .good
            ),
        ]
    }

    private static let anotherModel = stream(
        31,
        "another model",
        Events.stream(Events.good.map { $0.replacing(#""model":"m""#, with: #""model":"other/m""#) }),
        .good
    )
}
