import Hummingbird
import Parley

/// The outermost: names the request, finds its connection, measures it, and dresses every answer.
struct ArrivalMiddleware: RouterMiddleware {
    let state: ServerState
    let limits: ServerLimits

    func handle(
        _ request: Request,
        context: ParleyRequestContext,
        next: (Request, ParleyRequestContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.requestID = RequestMark.newID()
        context.connection = state.connections[context.channel]
        context.limits = limits
        let begun = ContinuousClock.now
        var response = try await next(request, context)
        response.headers[.requestID] = context.requestID
        SecurityHeaders.add(to: &response.headers)
        let route = context.endpointPath ?? ""
        let metrics = state.metrics
        let status = response.status.code
        let done: @Sendable () -> Void = {
            metrics.observe(
                .request(
                    route: route,
                    method: request.method.rawValue,
                    status: status,
                    duration: ContinuousClock.now - begun
                )
            )
        }
        if response.body.contentLength == nil { measureStream(&response, done) } else { done() }
        return response
    }

    /// A body of unknown length is a stream, and takes until it has been written.
    private func measureStream(_ response: inout Response, _ done: @escaping @Sendable () -> Void) {
        let body = response.body
        response.body = ResponseBody { writer in
            defer { done() }
            try await body.write(writer)
        }
    }
}
