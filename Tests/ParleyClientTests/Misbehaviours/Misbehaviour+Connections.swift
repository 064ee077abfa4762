import Parley
import ParleyClient
import ScriptedUpstream

// Rows 21 to 26: connections, silence, redirects and framing.

extension Misbehaviour {
    static let connections: [Misbehaviour] =
        early + late + elsewhere + framing + noHTTP + compressed + short + desync

    private static let early: [Misbehaviour] = {
        let head = Reply.raw("HTTP/1.1 200 OK\r\nX", then: [.close])
        let reset = both(21, "reset after the request", .refused(.upstreamUnreachable)) { _ in Reply([.reset]) }
        let closed = both(21, "closed after the request", .refused(.upstreamUnreachable)) { _ in Reply([.close]) }
        return reset + closed + both(21, "closed in the head", .refused(.upstreamBadResponse)) { head.inPieces(of: $0) }
    }()

    private static let late: [Misbehaviour] = [
        begun(21, "closed in the middle", then: [.close], .cut(.upstreamIncomplete)),
        Self(
            number: 21,
            what: "reset, then good",
            streamed: true,
            replies: { [Reply([.reset]), .stream(Events.stream(Events.good), size: $0)] },
            expected: .good.after(requests: 2)
        ),
    ]

    static let silences: [Misbehaviour] = {
        let replies = [
            ("silence", Reply([.hang])), ("silence in the head", .raw("HTTP/1.1 200 OK\r\nX-Slow", then: [.hang])),
            ("silence after the head", Reply([.send(Reply.head(200, ["Transfer-Encoding: chunked"])), .hang])),
        ]
        var patient = UpstreamOptions.quick
        patient.deadlines.firstByte = .milliseconds(300)
        let early = replies.flatMap { what, reply in
            both(22, what, .refused(.upstreamTimeout), options: patient) { reply.inPieces(of: $0) }
        }
        var middle = begun(22, "silence in the middle", then: [.hang], .broken(.upstreamTimeout))
        var end = stream(
            22,
            "silence after the finish",
            Events.stream(Array(Events.good.dropLast())),
            then: [.hang],
            .good
        )
        middle.options.deadlines.idle = .seconds(3)
        end.options.deadlines.idle = .seconds(3)
        return early + [middle, end]
    }()

    /// The address is the upstream's own, so that a request which follows it is counted.
    private static let elsewhere: [Misbehaviour] = [301, 302, 303, 307, 308].flatMap { status in
        both(24, "status \(status)", .refused(.upstreamBadResponse, requests: 1)) {
            Reply.whole([], status: status, headers: ["Location: /v1/chat/completions"]).inPieces(of: $0)
        }
    }

    private static let framing: [Misbehaviour] = wrongFraming.flatMap { rest in
        both(25, "framing: \(rest.prefix(30))", .refused(.upstreamBadResponse)) {
            Reply.raw("HTTP/1.1 200 OK\r\n" + rest, then: [.close]).inPieces(of: $0)
        }
    }

    private static let wrongFraming: [String] = [
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFFF\r\nx\r\n",
        "Transfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n", "Content-Length: -1\r\n\r\n",
        "Content-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
    ]

    private static let noHTTP: [Misbehaviour] = ["HTTP/1.1 2000 OK\r\n\r\n", "SSH-2.0-x\r\n"].flatMap { reply in
        both(25, "no HTTP: \(reply.prefix(8))", .refused(.upstreamBadResponse)) {
            Reply.raw(reply, then: [.close]).inPieces(of: $0)
        }
    }

    private static let compressed: [Misbehaviour] = ["gzip", "br"].flatMap { coding in
        both(25, "compressed: \(coding)", .refused(.upstreamBadResponse)) { _ in
            .whole([UInt8](repeating: 0, count: 100_000), headers: ["Content-Encoding: \(coding)"])
        }
    }

    private static let short: [Misbehaviour] = {
        let head = Reply.head(200, ["Content-Length: 5000"])
        let stream = Reply([.send(head + Events.begun), .close])
        let whole = Reply([.send(head + Array(Events.whole().utf8)), .close])
        return [
            Self(
                number: 25,
                what: "shorter than its length",
                streamed: true,
                replies: { [stream.inPieces(of: $0)] },
                expected: .broken(.upstreamIncomplete)
            ),
            Self(
                number: 25,
                what: "shorter than its length",
                streamed: false,
                replies: { [whole.inPieces(of: $0)] },
                expected: .refused(.upstreamBadResponse)
            ),
            Self.stream(
                25,
                "trailers",
                Events.stream(Events.good),
                then: [.send(Array("0\r\nx-t: 1\r\n\r\n".utf8))],
                .good
            ),
        ]
    }()

    /// Bytes behind an answer must not become the answer to another request.
    private static let desync: [Misbehaviour] = [true, false].map { streamed in
        let good = streamed ? Events.stream(Events.good) : Array(Events.whole().utf8)
        let head = Reply.head(200, ["Content-Length: \(good.count)"])
        let canary = head + Array(Events.whole("CANARY").utf8)
        return Self(
            number: 26,
            what: "an answer behind the answer",
            streamed: streamed,
            replies: { size in
                [
                    Reply([.send(head + good)]).inPieces(of: size), Reply([.send(head + good + canary)]),
                    Reply([.send(head + good)]),
                ]
            },
            expected: .good,
            calls: 4
        )
    }
}
