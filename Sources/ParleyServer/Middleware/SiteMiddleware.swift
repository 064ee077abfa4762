import HTTPTypes
import Hummingbird
import Parley

/// Keeps web pages out: no page of another site may spend a key or reach a server on the reader's own machine.
///
/// On loopback only known names are accepted as `Host` (a page can point a name of its own at 127.0.0.1), and a foreign
/// `Origin` is refused. The unix socket needs neither. Stands outside of the errors, which an allowed page must be able to
/// read too.
struct SiteMiddleware: RouterMiddleware {
    let settings: ServerSettings

    func handle(
        _ request: Request,
        context: ParleyRequestContext,
        next: (Request, ParleyRequestContext) async throws -> Response
    ) async throws -> Response {
        guard !context.isLocal else { return try await next(request, context) }
        if let refusal = refusal(of: request) { return refusal.response }
        guard let origin = request.headers[.origin], settings.allowedOrigins.contains(origin) else {
            return try await next(request, context)
        }
        var response = request.method == .options ? preflight(request) : try await next(request, context)
        allow(origin, &response)
        return response
    }

    private func refusal(of request: Request) -> ParleyError? {
        if request.headers.contains(.host) {
            return ParleyError(.invalidRequest, "The request has more than one Host.")
        }
        guard isKnownHost(request.head.authority) else {
            return ParleyError(.unknownHost, "This server does not answer under this host name.")
        }
        guard let origin = request.headers[.origin] else { return nil }
        if settings.allowedOrigins.contains(origin) || isOwn(origin, request) { return nil }
        return ParleyError(.foreignOrigin, "Pages of this origin may not use this server.")
    }

    /// A request without a host is not a browser's.
    private func isKnownHost(_ host: String?) -> Bool {
        guard settings.isLoopback || !settings.allowedHosts.isEmpty, let host else { return true }
        let name = Self.name(of: host)
        return ServerSettings.isLoopback(name) || name == settings.host || settings.allowedHosts.contains(name)
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

    /// Allows the headers that are asked for: SDKs send more of their own than can be listed, and a page of an allowed
    /// origin could set any of them on a server of its own anyway.
    private func preflight(_ request: Request) -> Response {
        var response = Response(status: .noContent)
        response.headers[.accessControlAllowMethods] = "GET, HEAD, POST, DELETE"
        response.headers[.accessControlAllowHeaders] =
            request.headers[.accessControlRequestHeaders] ?? "Authorization, Content-Type"
        response.headers[.accessControlMaxAge] = "600"
        return response
    }

    private func allow(_ origin: String, _ response: inout Response) {
        response.headers[.accessControlAllowOrigin] = origin
        response.headers[.accessControlExposeHeaders] =
            "X-Request-Id, X-Parley-Turn, X-Parley-Conversation, Retry-After, X-Should-Retry"
        response.headers[.vary] = "Origin, Access-Control-Request-Headers"
    }
}
