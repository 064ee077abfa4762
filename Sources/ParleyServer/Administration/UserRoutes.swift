import Hummingbird
import Parley
import ParleyWire

/// Users, for administrators.
struct UserRoutes {
    let services: Services
    let idempotency: Idempotency

    @Sendable func list(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        .json(ListObject.json(try services.users.users().map(UserObject.json), hasMore: false))
    }

    @Sendable func create(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let body = try await request.json(context)
        return try await idempotency.once(request, context, body: body.bytes) {
            let (name, role) = try UserObject.new(body.object)
            return .init(UserObject.json(try await services.users.addUser(name, role: role)))
        }
    }
}
