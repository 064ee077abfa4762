import Hummingbird
import Parley
import ParleyWire

/// Users, for administrators.
struct UserRoutes {
    let services: Services
    let idempotency: Idempotency
    let access: AccessEnding

    @Sendable func list(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        .json(ListObject.json(try services.users.users().map { UserObject.json($0) }, hasMore: false))
    }

    @Sendable func create(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let body = try await request.json(context)
        let actor = try context.requireCaller().actor
        return try await idempotency.once(request, context, body: body.bytes) {
            let (name, role) = try UserObject.new(body.object)
            return .init(UserObject.json(try await services.users.addUser(name, role: role, by: actor)))
        }
    }

    @Sendable func show(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        .json(try shown(try services.users.user(named: context.parameter("name"))))
    }

    /// Changes role, limits, or whether the user may come in; who is disabled is cut off where something runs.
    @Sendable func update(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let body = try await request.json(context)
        let name = context.parameter("name")
        let actor = try context.requireCaller().actor
        return try await idempotency.once(request, context, body: body.bytes) {
            let change = try UserObject.change(body.object)
            let limits = try LimitsObject.change(body.object)
            let user = try await services.users.updateUser(name, change, by: actor)
            if user.disabled { access.end { $0.user.id == user.id } }
            if !limits.isEmpty {
                _ = try await services.turnStore.setAllowance(
                    limits,
                    of: Spender(user: user.id),
                    named: name,
                    by: actor
                )
            }
            return .init(try shown(user))
        }
    }

    /// The metadata of a user's conversations: what there is, and nothing that anybody said.
    @Sendable func conversations(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let query = Query(request)
        try query.refuseOthers(than: ["after", "limit", "order"])
        let paging = try Paging<Conversation>(query, context.limits)
        let user = try services.users.user(named: context.parameter("name"))
        let wanted = ConversationQuery(after: paging.after, limit: paging.limit, ascending: paging.ascending)
        do {
            let page = try services.conversations.conversations(wanted, of: user.id)
            return .json(ListObject.json(page.elements.map(ConversationObject.facts), hasMore: page.hasMore))
        } catch let error as ParleyError where error.code == .notFound && paging.after != nil {
            throw ParleyError.unknownCursor
        }
    }

    private func shown(_ user: User) throws -> JSON {
        let spender = Spender(user: user.id)
        return UserObject.json(
            user,
            limits: services.turnStore.allowance(of: spender),
            today: try services.turnStore.spent(by: spender, in: Period(.day, at: .now)),
            thisMonth: try services.turnStore.spent(by: spender, in: Period(.month, at: .now))
        )
    }
}
