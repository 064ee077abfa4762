import Parley
import ParleyClient
import ParleyServer
import ScriptedUpstream

/// A server with a real upstream behind it.
struct ChatServer: Sendable {
    let server: TestServer
    let upstream: ScriptedUpstream

    /// Runs `body` beside a server whose upstream follows a script.
    static func with(
        _ settings: ServerSettings = .init(),
        script: @escaping ScriptedUpstream.Script = Echo.script,
        deadlines: UpstreamDeadlines = .init(),
        on ground: TestServer.Ground = .init(),
        _ body: @escaping @Sendable (ChatServer) async throws -> Void
    ) async throws {
        let scripted = try await ScriptedUpstream.start(script)
        var options = UpstreamOptions()
        options.retries.firstPause = .milliseconds(1)
        options.deadlines = deadlines
        let upstream = try HTTPUpstream([UpstreamSettings(name: "up", baseURL: scripted.baseURL)], options: options)
        do {
            try await TestServer.with(settings, upstream: upstream, on: ground) { server in
                try await body(ChatServer(server: server, upstream: scripted))
            }
        } catch {
            await upstream.shutdown()
            await scripted.stop()
            throw error
        }
        await upstream.shutdown()
        await scripted.stop()
    }

    /// Sends a chat of one user message, or of what `messages` says.
    func chat(
        _ text: String,
        in conversation: String? = nil,
        _ more: String = "",
        headers: [String: String] = [:]
    ) async throws -> RawAnswer {
        let message = JSON.object(
            .init([.init(name: "role", value: "user"), .init(name: "content", value: .string(text))])
        )
        return try await send("[\(message.text)]", in: conversation, more, headers: headers)
    }

    func send(
        _ messages: String,
        in conversation: String? = nil,
        _ more: String = "",
        headers: [String: String] = [:]
    ) async throws -> RawAnswer {
        let named = conversation.map { ",\"conversation\":\"\($0)\"" } ?? ""
        return try await server.send(
            "POST",
            "/v1/chat/completions",
            headers,
            "{\"messages\":\(messages)\(named)\(more)}"
        )
    }

    /// What the active path of a conversation says, oldest first.
    func texts(_ conversation: String?, headers: [String: String] = [:]) async throws -> [String] {
        let path = "/v1/conversations/\(conversation ?? "")/items?order=asc&limit=100"
        let items = try await server.send("GET", path, headers).json["data"]?.array ?? []
        return items.map { item in
            item["content"]?.array?.compactMap { $0["text"]?.string }.joined()
                ?? item["output"]?.string ?? item["arguments"]?.string ?? ""
        }
    }

    /// The newest turn of a conversation.
    func lastTurn(_ conversation: String?) async throws -> JSON? {
        let path = "/v1/conversations/\(conversation ?? "")/turns?limit=1"
        return try await server.send("GET", path).json["data"]?.array?.first
    }

    /// The messages that the upstream got last.
    var lastMessages: [String] {
        let requests = upstream.received.filter { $0.path.hasSuffix("/completions") }
        return requests.last?.json["messages"]?.array?.map { $0["content"]?.string ?? "" } ?? []
    }
}

extension RawAnswer {
    /// The data of the events of a stream.
    var events: [String] {
        text.split(separator: "\n\n").filter { $0.hasPrefix("data: ") }.map { String($0.dropFirst(6)) }
    }

    /// The chunks of a stream.
    var chunks: [JSON] { events.compactMap { try? JSON(parsing: $0) } }

    /// What a stream, or a whole answer, says.
    var said: String {
        let deltas = chunks.compactMap { $0["choices"]?.array?.first?["delta"]?["content"]?.string }
        return json["choices"]?.array?.first?["message"]?["content"]?.string ?? deltas.joined()
    }

    var conversation: String? { headers["x-parley-conversation"] }
}
