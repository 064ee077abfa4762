import Hummingbird
import Parley

/// Refuses a request that has come through this server already: an upstream that is set to it, by whatever way round.
struct LoopMiddleware: RouterMiddleware {
    let server: String

    func handle(
        _ request: Request,
        context: ParleyRequestContext,
        next: (Request, ParleyRequestContext) async throws -> Response
    ) async throws -> Response {
        guard let header = request.headers[.hops] else { return try await next(request, context) }
        let path = RequestPath(header: header)
        guard !path.isLoop(at: server) else {
            throw ParleyError(
                .requestLoop,
                "This request has come through this server before: the address of one of its upstreams leads back here."
            )
        }
        return try await RequestPath.$current.withValue(path) { try await next(request, context) }
    }
}
