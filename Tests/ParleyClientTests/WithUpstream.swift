import Parley
import ParleyClient
import ScriptedUpstream

/// Runs a test against a server that follows a script.
func withUpstream<Result>(
    _ script: @escaping ScriptedUpstream.Script = Echo.script,
    key: Secret? = nil,
    options: UpstreamOptions = .quick,
    _ body: (HTTPUpstream, ScriptedUpstream) async throws -> Result
) async throws -> Result {
    let server = try await ScriptedUpstream.start(script)
    let settings = UpstreamSettings(name: "up", baseURL: server.baseURL, key: key, models: ["m"])
    let upstream = try HTTPUpstream([settings], options: options)
    do {
        let result = try await body(upstream, server)
        await upstream.shutdown()
        await server.stop()
        return result
    } catch {
        await upstream.shutdown()
        await server.stop()
        throw error
    }
}

/// What comes of one call to a server that gives one reply.
func hear(
    _ reply: Reply,
    streamed: Bool = true,
    operation: UpstreamRequest.Operation = .chatCompletions,
    options: UpstreamOptions = .quick,
    key: Secret? = nil
) async throws -> Heard {
    try await withUpstream(ScriptedUpstream.always(reply), key: key, options: options) { upstream, _ in
        await upstream.hear(.saying("hello", streamed: streamed, operation: operation))
    }
}

extension UpstreamRequest {
    /// A request whose only message is `text`.
    static func saying(
        _ text: String,
        streamed: Bool = true,
        operation: Operation = .chatCompletions
    ) -> UpstreamRequest {
        let messages: JSON = [["role": "user", "content": .string(text)]]
        var body = JSON.Object()
        body["model"] = "m"
        if operation == .completions { body["prompt"] = .string(text) } else { body["messages"] = messages }
        if streamed { body["stream"] = true }
        return UpstreamRequest(
            route: ModelRoute(upstream: "up", model: "m"),
            operation: operation,
            body: JSON.object(body).encoded,
            streamed: streamed,
            requestID: "req_1"
        )
    }
}

extension UpstreamOptions {
    /// For tests that are not about time: a busy machine must not make them fail.
    static var quick: UpstreamOptions {
        var options = UpstreamOptions()
        options.deadlines.connect = .seconds(50)
        options.retries.firstPause = .milliseconds(1)
        return options
    }
}
