import Hummingbird
import Parley
import ParleyWire

/// The erasure of a person, for administrators.
struct ErasureRoutes {
    let services: Services
    let access: AccessEnding

    @Sendable func create(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let (turns, access) = (services.turns, access)
        let erasure = try await services.keeping.erase(
            context.parameter("name"),
            by: context.requireCaller().actor
        ) { owner in
            access.end { $0.user.id == owner }
            await turns.stopAll(of: owner)
        }
        return .json(RemovalObject.json(erasure))
    }

    /// The receipts.
    @Sendable func list(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let query = Query(request)
        try query.refuseOthers(than: ["after", "limit"])
        let paging = try Paging<Erasure>(query, context.limits)
        let page = try services.keeping.erasures(after: paging.after, limit: paging.limit)
        return .json(ListObject.json(page.elements.map { RemovalObject.json($0) }, hasMore: page.hasMore))
    }
}
