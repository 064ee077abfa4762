import Parley
import ScriptedUpstream

// Rows 9 to 13: how a stream ends.

extension Misbehaviour {
    static let endings: [Misbehaviour] = ends + errors + [namedError]

    private static let ends: [Misbehaviour] = [
        begun(9, "an end without a finish", .broken(.upstreamIncomplete)),
        begun(9, "an event cut off", saying: Array(#"data: {"choices":[{"de"#.utf8), .broken(.upstreamIncomplete)),
        stream(
            9,
            "a sample that never finishes",
            Events.stream([Events.chunk(#"{"content":"b"}"#, index: 1)] + Events.contents + [Events.stop]),
            .broken(.upstreamIncomplete, finish: .stop)
        ),
        stream(10, "a finish reason alone", Events.stream(Array(Events.good.dropLast())), .good),
        begun(11, "the mark of the end alone", saying: Events.stream(["[DONE]"]), .text(Events.text, finish: nil)),
        stream(
            12,
            "usage after the finish, more after the end",
            Events.stream(
                Events.good.dropLast() + [Events.usage, "[DONE]", Events.chunk(#"{"content":"late"}"#), "[DONE]"]
            ),
            .text(Events.text, usage: Usage(inputTokens: 3, outputTokens: 2))
        ),
    ]

    private static let errorEvents: [(event: String, code: ParleyError.Code)] = [
        (
            #"{"error":{"message":"slow down sk-canary-0123456789abcdef","type":"rate_limit_error","code":429}}"#,
            .upstreamRateLimited
        ),
        (#"{"error":"broken"}"#, .upstreamFailed),
        (#"{"object":"error","message":"bad","type":"BadRequestError","code":400}"#, .upstreamRejected),
        (#"{"error":{"code":401,"message":"key"}}"#, .upstreamAuthentication),
        (#"{"error":{"message":"no","code":"context_length_exceeded"}}"#, .contextLengthExceeded),
    ]

    private static let errors: [Misbehaviour] = errorEvents.flatMap { event, code in
        [
            begun(13, "an error in the middle: \(code)", saying: Events.stream([event]), .broken(code)),
            stream(13, "an error at first: \(code)", Events.stream([event]), .refused(code)),
        ]
    }

    private static let namedError = stream(
        13,
        "an event named error",
        Array("event: error\ndata: {\"message\":\"overloaded\",\"type\":\"overloaded_error\"}\n\n".utf8),
        .refused(.upstreamFailed)
    )
}
