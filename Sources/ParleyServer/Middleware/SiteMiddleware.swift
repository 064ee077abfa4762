import HTTPTypes
import Hummingbird
import Parley

/// Keeps web pages out: no page of another site may spend a key or reach a server on the reader's own machine.
///
/// On loopback only known names are accepted as `Host` (a page can point a name of its own at 127.0.0.1), and a foreign
/// `Origin` is refused. The unix socket needs neither.
struct SiteMiddleware: RouterMiddleware {
    let settings: ServerSettings

    func handle(
        _ request: Request, context: ParleyRequestContext,
        next: (Request, ParleyRequestContext) async throws -> Response
    ) async throws -> Response {
        guard !context.isLocal else { return try await next(request, context) }
        try checkHost(request)
        guard let origin = request.headers[.origin] else { return try await next(request, context) }
        guard settings.allowedOrigins.contains(origin) else {
            guard isOwn(origin, request) else {
                throw ParleyError(.foreignOrigin, "Pages of this origin may not use this server.")
            }
            return try await next(request, context)
        }
        if request.method == .options { return preflight(origin) }
        var response = try await answer(request, context, next)
        allow(origin, &response)
        return response
    }

    /// A page that may use the API must also be able to read its errors.
    private func answer(
        _ request: Request, _ context: ParleyRequestContext,
        _ next: (Request, ParleyRequestContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as ParleyError {
            return error.response
        }
    }

    private func checkHost(_ request: Request) throws {
        guard !request.headers.contains(.host) else {
            throw ParleyError(.invalidRequest, "The request has more than one Host.")
        }
        guard settings.isLoopback || !settings.allowedHosts.isEmpty, let host = request.head.authority else { return }
        let name = Self.name(of: host)
        guard ServerSettings.isLoopback(name) || name == settings.host || settings.allowedHosts.contains(name) else {
            throw ParleyError(.unknownHost, "This server does not answer under this host name.")
        }
    }

    /// The host without its port, in lower case.
    static func name(of host: String) -> String {
        if host.hasPrefix("["), let end = host.firstIndex(of: "]") { return String(host[...end]).lowercased() }
        return String(host.prefix { $0 != ":" }).lowercased()
    }

    /// Whether the page came from this server itself.
    private func isOwn(_ origin: String, _ request: Request) -> Bool {
        guard let host = request.head.authority else { return false }
        return origin == "http://\(host)" || origin == "https://\(host)"
    }

    private func preflight(_ origin: String) -> Response {
        var response = Response(status: .noContent)
        allow(origin, &response)
        response.headers[.accessControlAllowMethods] = "GET, HEAD, POST, DELETE"
        response.headers[.accessControlAllowHeaders] =
            "Authorization, Content-Type, Idempotency-Key, X-Parley-Conversation, OpenAI-Organization, OpenAI-Project"
        response.headers[.accessControlMaxAge] = "600"
        return response
    }

    private func allow(_ origin: String, _ response: inout Response) {
        response.headers[.accessControlAllowOrigin] = origin
        response.headers[.accessControlExposeHeaders] = "X-Request-Id, X-Parley-Turn, X-Parley-Conversation, Retry-After"
        response.headers[.vary] = "Origin"
    }
}
