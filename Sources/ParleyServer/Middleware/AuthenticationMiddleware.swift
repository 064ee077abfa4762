import Hummingbird
import Parley

/// Lets through whom a group of routes is for.
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

    func handle(
        _ request: Request,
        context: ParleyRequestContext,
        next: (Request, ParleyRequestContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        context.caller = try caller(request, context)
        return try await next(request, context)
    }

    private func caller(_ request: Request, _ context: ParleyRequestContext) throws -> Caller {
        switch guests {
        case .users: return try authentication.caller(request, context, anonymous: false)
        case .anyone: return try authentication.caller(request, context, anonymous: true)
        case .administrators:
            let caller = try? authentication.caller(request, context, anonymous: false)
            guard let caller, caller.administers else { throw ParleyError.unknownURL(request) }
            return caller
        }
    }
}
