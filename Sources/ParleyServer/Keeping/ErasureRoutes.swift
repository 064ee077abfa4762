import Hummingbird
import Parley
import ParleyWire

/// The erasure of a person, for administrators.
struct ErasureRoutes {
    let services: Services

    @Sendable func create(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let turns = services.turns
        let erasure = try await services.keeping.erase(
            context.parameter("user"),
            by: context.requireCaller().actor
        ) { await turns.stopAll(of: $0) }
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
