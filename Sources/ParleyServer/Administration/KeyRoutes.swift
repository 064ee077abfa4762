import Hummingbird
import Parley
import ParleyWire

/// API keys, for administrators.
struct KeyRoutes {
    let services: Services
    let idempotency: Idempotency

    @Sendable func list(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let user = try Query(request)["user"].map { try services.users.user(named: $0).id }
        return .json(ListObject.json(try services.users.keys(of: user).map { KeyObject.json($0) }, hasMore: false))
    }

    /// Answers with the key itself, this once: a repetition under an idempotency key makes no second key, but cannot
    /// show the first one again, for it is nowhere.
    @Sendable func create(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let body = try await request.json(context)
        return try await idempotency.once(request, context, body: body.bytes) {
            let (name, label) = try KeyObject.new(body.object)
            let made = try await services.users.createKey(for: try services.users.user(named: name).id, label: label)
            return .init(KeyObject.json(made.key, secret: made.secret), kept: KeyObject.json(made.key))
        }
    }

    @Sendable func delete(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let handle = context.parameter("handle")
        try await services.users.revokeKey(handle)
        return .json(KeyObject.revoked(handle))
    }
}
