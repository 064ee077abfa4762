import Parley
import ScriptedUpstream

// Rows 1 to 13, 16 and 17: the bytes and the events of a stream.

extension Misbehaviour {
    /// Good streams, cut where it hurts and then in pieces.
    static let splits: [Misbehaviour] = [
        cut(1, "characters cut in two", Events.stream(Events.good), behind: [0xE4]),
        cut(2, "CRLF cut in two", Events.stream(Events.good, end: "\r\n"), behind: [0x0D]),
        cut(3, "the name of the field cut in two", Events.stream(Events.good), behind: Array("\nda".utf8)),
        cut(4, "JSON cut in two", Events.stream(Events.good), behind: Array(#"{"content":""#.utf8)),
        cut(5, "cuts between events", Events.stream(Events.good), behind: Array("\n\n".utf8)),
        cut(6, "no final line end", unended, behind: []),
    ]

    private static let unended = Events.stream(Array(Events.good.dropLast(2))) + Array("data: \(Events.stop)".utf8)

    /// A good stream that is cut behind each of some bytes, and each part of it in pieces.
    private static func cut(_ number: Int, _ what: String, _ body: [UInt8], behind mark: [UInt8]) -> Self {
        Self(
            number: number,
            what: what,
            streamed: true,
            replies: { size in
                let chunks = parts(of: body, behind: mark).flatMap { Reply.chunks($0, size: size) }
                return [Reply.stream([], then: chunks + [Reply.endOfBody]).gathered]
            },
            expected: .good
        )
    }

    private static func parts(of body: [UInt8], behind mark: [UInt8]) -> [[UInt8]] {
        guard !mark.isEmpty else { return [body] }
        var parts: [[UInt8]] = []
        var rest = body[...]
        while let found = rest.firstRange(of: mark) {
            parts.append(Array(rest[..<found.upperBound]))
            rest = rest[found.upperBound...]
        }
        return parts + (rest.isEmpty ? [] : [Array(rest)])
    }

    static let events: [Misbehaviour] = standard + tooLarge + hugeHeaders + malformed + [invalid] + odd + leftOut

    private static let standard: [Misbehaviour] = {
        let half = Events.chunk(#"{"content":"a"}"#).split(separator: ",", maxSplits: 1)
        let mixed =
            "\u{FEFF}: hello\n\nid: 1\nretry: 5\nunknown: x\ndata:\(Events.role)\n\n"
            + "data: \(half[0]),\r\ndata:\(half[1])\r\n\r\n: ping\r\rdata\n\ndata: \(Events.stop)\n\ndata: [DONE]\n\n"
        return [
            stream(7, "everything that the standard allows", Array(mixed.utf8), .text("a")),
            stream(7, "CR alone", Events.stream(Events.good, end: "\r"), .good),
        ]
    }()

    private static let tooLarge: [Misbehaviour] = {
        let line = Array("data: ".utf8) + [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 19)
        let event = Array([[UInt8]](repeating: line + [0x0A], count: 9).joined())
        return [
            begun(8, "a line without end", then: Reply.chunks(line + line) + [.hang], .broken(.upstreamEventTooLarge)),
            begun(8, "an event of many lines", then: Reply.chunks(event) + [.hang], .broken(.upstreamEventTooLarge)),
        ]
    }()

    private static let hugeHeaders: [Misbehaviour] = {
        let reply = Reply.raw("HTTP/1.1 200 OK\r\nx: " + String(repeating: "x", count: 1 << 20) + "\r\n\r\n")
        return both(8, "headers of a megabyte", .refused(.upstreamBadResponse)) { _ in reply }
    }()

    private static let malformed: [Misbehaviour] = noJSON.map {
        begun(16, "no JSON: \($0.prefix(20))", saying: Events.stream([$0, Events.stop]), .broken(.upstreamBadResponse))
    }

    private static let noJSON: [String] = [
        #"{"choices":[}"#, "{\"choices\":\"\u{0}\"}", "nonsense", "[]", #"{"a":"#,
        #"{"choices":"# + String(repeating: "[", count: 10_000) + String(repeating: "]", count: 10_000) + "}",
    ]

    private static let invalid = begun(
        16,
        "invalid UTF-8",
        saying: Array(#"data: {"choices":[{"delta":{"content":""#.utf8) + [0xE4, 0xBD] + Array("\"}}]}\n\n".utf8),
        .broken(.upstreamBadResponse)
    )

    private static let odd: [Misbehaviour] = [
        #"{"choices":[],"choices":[]}"#, #"{"choices":[{"index":1e400,"delta":{}}]}"#,
        #"{"choices":[{"index":-5,"delta":{}}]}"#, #"{"choices":[1,"x",null,{}]}"#,
        #"{"choices":[{"index":99999999999999999999,"delta":{"tool_calls":[{"index":-1}]}}]}"#,
        #"{"choices":[{"delta":{"tool_calls":[{"index":9223372036854775807}]}}]}"#,
        #"{"choices":[{"index":"0","delta":{}}]}"#,
    ].map { stream(16, "odd: \($0)", Events.stream([$0] + Events.good), .good) }

    private static let leftOut: [Misbehaviour] = [
        #"{"choices":[]}"#, #"{"choices":null,"usage":null}"#, Events.chunk("null"),
        Events.chunk(#"{"content":null,"role":null}"#), Events.chunk("{}", finish: #""stop""#, index: 1),
        #"{"choices":[{"delta":{"content":""}}],"error":null}"#,
        Events.chunk(#"{"tool_calls":[{"index":1,"id":"b"}]}"#),
        Events.chunk(#"{"content":[{"type":"text","text":""}]}"#),
    ].map { event in
        stream(17, "left out: \(event.suffix(70))", Events.stream([event] + Events.contents + [Events.stop]), .good)
    }
}
