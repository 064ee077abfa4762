import Parley
import ParleyClient
import ScriptedUpstream
import Testing

/// One way in which an upstream misbehaves, and what must come of it.
struct Misbehaviour: Sendable, CustomTestStringConvertible {
    /// Its row of the table of 32.
    var number: Int
    var what: String
    var streamed: Bool
    /// What is sent, call after call; bytes whose limits matter go out in pieces of the size that is given.
    var replies: @Sendable (_ size: Int) -> [Reply]
    var expected: Expected
    /// How often it is called, each time with the same result.
    var calls = 1
    var options = UpstreamOptions.quick

    var testDescription: String { "\(number) \(what)\(streamed ? "" : ", whole")" }

    struct Expected: Sendable {
        var code: ParleyError.Code?
        var text = ""
        var finish: FinishReason?
        var usage: Usage?
        var retryAfter: Duration?
        /// The requests that reach the upstream; `nil` where it does not matter.
        var requests: Int?
        /// Whether it failed before anything was said, so that the client gets a plain status.
        var atOnce = false
        /// Whether the end of the text may be lost: of what comes together with the end of a connection, the HTTP client
        /// drops chunks.
        var isCut = false
    }
}

extension Misbehaviour.Expected {
    /// All of ``Events/text``, and its finish.
    static var good: Self { Self(text: Events.text, finish: .stop) }

    static func text(_ text: String, finish: FinishReason? = .stop, usage: Usage? = nil) -> Self {
        Self(text: text, finish: finish, usage: usage)
    }

    /// A failure after all of ``Events/text``.
    static func broken(_ code: ParleyError.Code, finish: FinishReason? = nil) -> Self {
        Self(code: code, text: Events.text, finish: finish)
    }

    /// A failure after some of ``Events/text``.
    static func cut(_ code: ParleyError.Code) -> Self {
        Self(code: code, text: Events.text, isCut: true)
    }

    /// A failure before anything was said.
    static func refused(_ code: ParleyError.Code, retryAfter: Duration? = nil, requests: Int? = nil) -> Self {
        Self(code: code, retryAfter: retryAfter, requests: requests, atOnce: true)
    }

    func after(requests: Int) -> Self {
        var expected = self
        expected.requests = requests
        return expected
    }
}

extension Misbehaviour {
    /// A stream whose body is `body`.
    static func stream(
        _ number: Int,
        _ what: String,
        _ body: [UInt8],
        then ending: [Reply.Step]? = nil,
        _ expected: Expected
    ) -> Self {
        Self(
            number: number,
            what: what,
            streamed: true,
            replies: { [Reply.stream(body, size: $0, then: ending).gathered] },
            expected: expected
        )
    }

    /// A stream that says ``Events/text`` and then `rest`.
    static func begun(
        _ number: Int,
        _ what: String,
        saying rest: [UInt8] = [],
        then ending: [Reply.Step]? = nil,
        _ expected: Expected
    ) -> Self {
        stream(number, what, Events.begun + rest, then: ending, expected)
    }

    /// The same reply for whoever asked for a stream, and for whoever did not.
    static func both(
        _ number: Int,
        _ what: String,
        _ expected: Expected,
        options: UpstreamOptions = .quick,
        reply: @escaping @Sendable (_ size: Int) -> Reply
    ) -> [Self] {
        [true, false].map { streamed in
            Self(
                number: number,
                what: what,
                streamed: streamed,
                replies: { [reply($0)] },
                expected: expected,
                options: options
            )
        }
    }
}

extension Reply {
    /// The same bytes, each `send` in writes of `size` bytes.
    func inPieces(of size: Int) -> Reply {
        guard size > 0 else { return self }
        return Reply(
            steps.flatMap { step -> [Step] in
                guard case .send(let bytes) = step else { return [step] }
                return stride(from: 0, to: bytes.count, by: size).map { start in
                    .send(Array(bytes[start..<min(start + size, bytes.count)]))
                }
            }
        )
    }

    /// The same bytes in fewer writes: chunks are taken apart at the other end all the same.
    var gathered: Reply {
        var steps: [Step] = []
        for step in self.steps {
            if case .send(let more) = step, case .send(let bytes)? = steps.last, bytes.count < 256 {
                steps[steps.count - 1] = .send(bytes + more)
            } else {
                steps.append(step)
            }
        }
        return Reply(steps)
    }
}
