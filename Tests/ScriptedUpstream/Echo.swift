import Parley

/// An ordinary upstream whose answer depends on nothing but the request: `echo(<messages>): <last user text>`.
///
/// The last user text may ask for something else: `!dump` `!params` `!tool` `!tools2` `!long=N` `!empty` `!refuse`
/// `!reason` say what is answered; `!status=N` (`!times=K` `!retry=S`) fails; `!delay` waits for the gate before the first
/// byte, `!slow` after the first word; `!drop` breaks the connection in the middle; `!garbage` sends a page.
package enum Echo {
    package static let models = ["echo-1", "echo-2", "gpt-3.5-turbo"]

    package static let script: ScriptedUpstream.Script = { request, upstream in
        if request.path.hasSuffix("/models") { return list }
        guard request.path.hasSuffix("/completions") else {
            return failure(404, "no such route")
        }
        return answer(request, upstream)
    }

    private static var list: Reply {
        let entries = models.map { id -> JSON in
            ["id": .string(id), "object": "model", "created": 1_700_000_000, "owned_by": "echo"]
        }
        return .whole((["object": "list", "data": .array(entries)] as JSON).encoded)
    }

    private static func failure(_ status: Int, _ message: String, headers: [String] = []) -> Reply {
        let code: JSON = status == 429 ? "rate_limit_exceeded" : status == 400 ? "context_length_exceeded" : .null
        let error: JSON = ["message": .string(message), "type": "invalid_request_error", "param": .null, "code": code]
        return .whole((["error": error] as JSON).encoded, status: status, headers: headers)
    }

    private static func answer(_ request: ReceivedRequest, _ upstream: ScriptedUpstream) -> Reply {
        let text = request.lastUserText
        let directives = Directives(text)
        if let status = directives.number("status") {
            let seen = upstream.received.filter { $0.lastUserText == text }.count
            let retry = directives["retry"].map { ["Retry-After: \($0)"] } ?? []
            if seen <= directives.number("times") ?? .max {
                return failure(status, "upstream said \(status)", headers: retry)
            }
        }
        let delay: [Reply.Step] = directives.has("delay") ? [.wait(upstream.gate)] : []
        if directives.has("garbage") { return .whole("<html>hello</html>".utf8, type: "text/html") }
        let answer = EchoAnswer(request.json, directives, lastText: text)
        let writer = EchoWriter(request: request, answer: answer)
        guard request.json["stream"]?.bool == true else {
            return directives.has("drop") ? Reply(delay + [.reset]) : Reply(delay + Reply.whole(writer.whole).steps)
        }
        return Reply(delay + streamed(writer.events, directives, upstream).steps)
    }

    private static func streamed(_ events: [[UInt8]], _ directives: Directives, _ upstream: ScriptedUpstream) -> Reply {
        var reply = Reply.stream([], then: [])
        let half = events.count / 2
        for (index, event) in events.enumerated() {
            if index == 2, directives.has("slow") { reply.steps.append(.wait(upstream.gate)) }
            if index == max(2, half), directives.has("drop") { return Reply(reply.steps + [.reset]) }
            reply.steps += Reply.chunks(event)
        }
        reply.steps.append(Reply.endOfBody)
        return reply
    }
}
