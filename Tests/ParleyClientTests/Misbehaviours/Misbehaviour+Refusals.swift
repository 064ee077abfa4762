import Parley
import ParleyClient
import ScriptedUpstream

// Rows 14, 15 and 18 to 20: bodies that are no stream, and statuses other than 200.

extension Misbehaviour {
    static let bodies: [Misbehaviour] = noAnswers + statusesOfSuccess + types

    private static let noAnswers: [Misbehaviour] = [
        ("a page", "<html>Please log in</html>"), ("nothing", ""), ("an object", #"{"ok":true}"#), ("an array", "[]"),
        ("only the mark of the end", "data: [DONE]\n\n"), ("only a comment", ": hi\n\n"),
        ("an error", #"{"error":{"message":"maximum context length is 10"}}"#),
    ].flatMap { what, text in
        let code = what == "an error" ? ParleyError.Code.contextLengthExceeded : .upstreamBadResponse
        return both(14, what, .refused(code)) { .stream(text.utf8, size: $0, type: "application/json") }
    }

    private static let statusesOfSuccess: [Misbehaviour] = {
        let replies = [Reply.raw("HTTP/1.1 204 No Content\r\n\r\n"), .json(#"{"choices":[]}"#, status: 201)]
        return replies.flatMap { reply in
            both(14, "another status of success", .refused(.upstreamBadResponse)) { reply.inPieces(of: $0) }
        }
    }()

    private static let types: [Misbehaviour] = [
        "text/plain", "text/event-stream; charset=latin1", "application/octet-stream",
    ].flatMap { type in
        [true, false].map { streamed in
            let body = streamed ? Events.stream(Events.good) : Array(Events.whole().utf8)
            return Self(
                number: 15,
                what: type,
                streamed: streamed,
                replies: { [Reply.stream(body, size: $0, type: type).gathered] },
                expected: .good
            )
        }
    }

    static let refusals: [Misbehaviour] = statuses + limited + unlimited + passing + lasting

    private static let statuses: [Misbehaviour] = meanings.flatMap { status, code in
        both(18, "status \(status)", .refused(code, requests: 1)) { refusal(status).inPieces(of: $0) }
    }

    private static let meanings: [(status: Int, code: ParleyError.Code)] = [
        (400, .upstreamRejected), (401, .upstreamAuthentication), (403, .upstreamAuthentication),
        (404, .modelNotFound), (413, .upstreamRejected), (422, .upstreamRejected),
    ]

    private static func refusal(_ status: Int, _ headers: [String] = []) -> Reply {
        .json(RefusalTests.error("no; Bearer canary.key sk-canary-0123456789abcdef"), status: status, headers: headers)
    }

    private static let limited: [Misbehaviour] = advice.flatMap { header, wait in
        both(19, header, .refused(.upstreamRateLimited, retryAfter: wait, requests: 1)) {
            refusal(429, [header]).inPieces(of: $0)
        }
    }

    private static let advice: [(header: String, wait: Duration)] = [
        ("Retry-After: 7", .seconds(7)), ("Retry-After: 2.5", .milliseconds(2500)),
        ("Retry-After: 1e9", .seconds(120)), ("retry-after-ms: 3000", .seconds(3)),
        ("Retry-After: Fri, 31 Dec 9999 23:59:59 GMT", .seconds(120)),
    ]

    /// Advice that is none leaves our own pause.
    private static let unlimited: [Misbehaviour] = [
        "Retry-After: 0", "Retry-After: -1", "Retry-After: soon", "Retry-After: Sun, 06 Nov 1994 08:49:37 GMT",
    ].map { retried(19, $0, [refusal(429, [$0])]) }

    private static let passing: [Misbehaviour] = [408, 409, 429, 500, 502, 503, 529].flatMap { status in
        [1, 2].map { retried(20, "status \(status), \($0) times", [Reply](repeating: refusal(status), count: $0)) }
    }

    private static let lasting: [Misbehaviour] = [408, 409, 500, 503, 529].map { status in
        Self(
            number: 20,
            what: "status \(status) for ever",
            streamed: true,
            replies: { [refusal(status).inPieces(of: $0)] },
            expected: .refused(status == 408 ? .upstreamTimeout : .upstreamFailed, requests: 3)
        )
    }

    /// Refusals, then a good stream.
    private static func retried(_ number: Int, _ what: String, _ refusals: [Reply]) -> Self {
        Self(
            number: number,
            what: what,
            streamed: true,
            replies: { size in
                refusals.map { $0.inPieces(of: size) } + [Reply.stream(Events.stream(Events.good), size: size).gathered]
            },
            expected: .good.after(requests: refusals.count + 1)
        )
    }
}
