import Hummingbird
import Parley
import ParleyWire

/// The erasure of a person, for administrators.
struct ErasureRoutes {
    let services: Services
    let access: AccessEnding

    @Sendable func create(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let (keeping, turns, access) = (services.keeping, services.turns, access)
        let (name, actor) = (context.parameter("name"), try context.requireCaller().actor)
        // Whoever is not there is not found, also where lines were asked for.
        _ = try services.users.user(named: name)
        return try await ProgressResponse.make(to: request) { tell in
            let erasure = try await keeping.erase(name, by: actor) { owner in
                access.end { $0.user.id == owner }
                await turns.stopAll(of: owner)
            } tell: { progress in
                await tell { ProgressObject.json(progress) }
            }
            return RemovalObject.json(erasure)
        }
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
