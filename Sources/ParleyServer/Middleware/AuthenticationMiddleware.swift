import Hummingbird
import NIOCore
import Parley

/// Lets through whom a group of routes is for, and whose key may do what the route does.
struct AuthenticationMiddleware: RouterMiddleware {
    enum Guests {
        /// Anyone with a key, or without one where the server has none.
        case users
        /// Also nobody, for the anonymous user of the settings.
        case anyone
        /// Administrators. For all others there is nothing here.
        case administrators
    }

    let authentication: Authentication
    let guests: Guests
    let reading: ForeignReading
    let open: OpenReadings

    func handle(
        _ request: Request,
        context: ParleyRequestContext,
        next: (Request, ParleyRequestContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        let caller = try caller(request, context)
        context.caller = caller
        if guests != .administrators {
            try RouteScopes.check(caller, request.method, context.endpointPath ?? "")
            if caller.administrator != nil { try await reading.note(caller, request, context) }
        }
        var response = try await next(request, context)
        if request.method == .get, response.body.contentLength == nil { watch(&response, caller, context.channel) }
        return response
    }

    /// Lets a stream that only reads be ended when its reader may not go on, at the latest when the key expires.
    private func watch(_ response: inout Response, _ caller: Caller, _ channel: any Channel) {
        let (body, open) = (response.body, open)
        response.body = ResponseBody { writer in
            let number = open.enter(caller) { channel.close(promise: nil) }
            let end = caller.expiresAt.map { end in
                let rest = max(0, end.milliseconds - Timestamp.now.milliseconds)
                return channel.eventLoop.scheduleTask(in: .milliseconds(rest)) { channel.close(promise: nil) }
            }
            defer {
                open.leave(number)
                end?.cancel()
            }
            try await body.write(writer)
        }
    }

    private func caller(_ request: Request, _ context: ParleyRequestContext) throws -> Caller {
        switch guests {
        case .users: return try authentication.caller(request, context, anonymous: false)
        case .anyone: return try authentication.caller(request, context, anonymous: true)
        case .administrators:
            guard let caller = try administrator(request, context) else { throw ParleyError.unknownURL(request) }
            return caller
        }
    }

    private static func isRefusal(_ code: ParleyError.Code) -> Bool {
        [.missingKey, .invalidKey, .forbidden, .invalidRequest, .notFound].contains(code)
    }

    /// `nil` for all others: whoever is none must not learn that there is something.
    private func administrator(_ request: Request, _ context: ParleyRequestContext) throws -> Caller? {
        do {
            let caller = try authentication.caller(request, context, anonymous: false)
            return caller.administers ? caller : nil
        } catch let error as ParleyError where Self.isRefusal(error.code) {
            return nil
        }
    }
}
