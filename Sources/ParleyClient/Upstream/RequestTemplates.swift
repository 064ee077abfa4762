import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Parley

/// The requests to one upstream, with everything that is the same each time.
///
/// Headers are made from scratch: nothing that a client sent goes on to an upstream.
struct RequestTemplates: Sendable {
    private let chat: HTTPClient.Request
    private let chatStream: HTTPClient.Request
    private let legacy: HTTPClient.Request
    private let legacyStream: HTTPClient.Request
    private let list: HTTPClient.Request
    private let instance: String

    /// - Throws: ``ParleyError/Code/configuration`` when the address is not one.
    init(_ settings: UpstreamSettings, instance: String) throws {
        func request(_ path: String, _ method: HTTPMethod, accepts type: String) throws -> HTTPClient.Request {
            let headers = Self.headers(settings, method: method, accepts: type)
            let url = Self.base(settings.baseURL) + "/" + path
            do {
                return try HTTPClient.Request(url: url, method: method, headers: headers)
            } catch {
                throw ParleyError(
                    .configuration,
                    "The address of the upstream '\(settings.name)' is not a URL.",
                    cause: error
                )
            }
        }
        self.instance = instance
        let (json, events) = ("application/json", "text/event-stream")
        chat = try request("chat/completions", .POST, accepts: json)
        chatStream = try request("chat/completions", .POST, accepts: events)
        legacy = try request("completions", .POST, accepts: json)
        legacyStream = try request("completions", .POST, accepts: events)
        list = try request("models", .GET, accepts: json)
    }

    func post(_ request: UpstreamRequest) -> HTTPClient.Request {
        var template =
            switch (request.operation, request.streamed) {
            case (.chatCompletions, false): chat
            case (.chatCompletions, true): chatStream
            case (.completions, false): legacy
            case (.completions, true): legacyStream
            }
        template.headers.add(name: "x-request-id", value: request.requestID)
        template.body = .byteBuffer(ByteBuffer(bytes: request.body))
        return passedOn(template)
    }

    func models() -> HTTPClient.Request { passedOn(list) }

    /// Says through which servers the request has come, so that one that comes back is recognised.
    private func passedOn(_ template: HTTPClient.Request) -> HTTPClient.Request {
        var request = template
        request.headers.add(name: "x-parley-hop", value: RequestPath.current.through(instance).header)
        return request
    }

    private static func headers(
        _ settings: UpstreamSettings,
        method: HTTPMethod,
        accepts type: String
    ) -> HTTPHeaders {
        var headers: HTTPHeaders = [
            "accept": type, "accept-encoding": "identity", "user-agent": "parley",
        ]
        if method == .POST { headers.add(name: "content-type", value: "application/json") }
        if let key = settings.key?.revealed, !key.isEmpty { headers.add(name: "authorization", value: "Bearer \(key)") }
        return headers
    }

    /// The address without a slash at its end, and with `/v1` when it has no path.
    private static func base(_ address: String) -> String {
        var base = address[...]
        while base.hasSuffix("/") { base = base.dropLast() }
        let hasPath = base.split(separator: "/", omittingEmptySubsequences: true).count > 2
        return hasPath ? String(base) : base + "/v1"
    }
}
