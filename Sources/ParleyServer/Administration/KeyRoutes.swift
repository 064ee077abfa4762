import Hummingbird
import Parley
import ParleyWire

/// API keys, for administrators.
struct KeyRoutes {
    let services: Services
    let idempotency: Idempotency
    let access: AccessEnding

    @Sendable func list(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let user = try Query(request)["user"].map { try services.users.user(named: $0).id }
        return .json(ListObject.json(try services.users.keys(of: user).map { shown($0) }, hasMore: false))
    }

    /// Answers with the key itself, this once: a repetition under an idempotency key makes no second key, but cannot
    /// show the first one again, for it is nowhere.
    @Sendable func create(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let body = try await request.json(context)
        let actor = try context.requireCaller().actor
        return try await idempotency.once(request, context, body: body.bytes) {
            let (name, new) = try KeyObject.new(body.object)
            let made = try await services.users.createKey(new(try services.users.user(named: name).id), by: actor)
            return .init(KeyObject.json(made.key, secret: made.secret), kept: KeyObject.json(made.key))
        }
    }

    /// Sets limits.
    @Sendable func update(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let body = try await request.json(context)
        let actor = try context.requireCaller().actor
        let key = try services.users.key(context.parameter("handle"))
        return try await idempotency.once(request, context, body: body.bytes) {
            let limits = try LimitsObject.change(body.object)
            if !limits.isEmpty {
                _ = try await services.turnStore.setAllowance(
                    limits,
                    of: Spender(user: key.owner, key: key.id),
                    named: key.handle,
                    by: actor
                )
            }
            return .init(shown(key))
        }
    }

    /// Makes a key that takes the place of another one, which ends after a time.
    @Sendable func rotate(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let body = try await request.json(context, optional: true)
        let actor = try context.requireCaller().actor
        let old = try services.users.key(context.parameter("handle"))
        return try await idempotency.once(request, context, body: body.bytes) {
            let overlap = try KeyObject.overlap(body.object)
            let made = try await services.users.rotateKey(old.handle, overlap: overlap, by: actor)
            if overlap == .zero { access.end { $0.key == old.id } }
            return .init(shown(made.key, secret: made.secret), kept: shown(made.key))
        }
    }

    /// Ends a key, and what runs under it.
    @Sendable func delete(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let key = try await services.users.revokeKey(context.parameter("handle"), by: context.requireCaller().actor)
        access.end { $0.key == key.id }
        return .json(KeyObject.revoked(key.handle))
    }

    private func shown(_ key: APIKey, secret: Secret? = nil) -> JSON {
        let limits = services.turnStore.allowance(of: Spender(user: key.owner, key: key.id))
        return KeyObject.json(key, limits: limits, secret: secret)
    }
}
