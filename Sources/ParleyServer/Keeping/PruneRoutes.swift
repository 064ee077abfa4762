import Hummingbird
import Parley
import ParleyWire

/// `/v1/prune` for one's own conversations, `/admin/prune` for everybody's.
struct PruneRoutes {
    let services: Services
    let forAdministrators: Bool

    /// Removes, or says what would be removed.
    ///
    /// Not under an idempotency key: what is gone is gone.
    @Sendable func prune(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let body = try RemovalBody(
            try await request.json(context, optional: true).object,
            forAdministrators: forAdministrators
        )
        let removal = try body.request(by: context.requireCaller().actor)
        let owner = try owner(body, context)
        guard !body.isDryRun else {
            try await note(removal, body, context)
            let survey = try await services.keeping.survey(removal, of: owner)
            return .json(RemovalObject.json(survey, withUsers: forAdministrators))
        }
        let keeping = services.keeping
        return try await ProgressResponse.make(to: request) { tell in
            RemovalObject.json(
                try await keeping.remove(removal, of: owner) { progress in
                    await tell { ProgressObject.json(progress) }
                }
            )
        }
    }

    /// The reports of those that were carried out.
    @Sendable func list(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let query = Query(request)
        try query.refuseOthers(than: ["after", "limit"])
        let paging = try Paging<Removal>(query, context.limits)
        do {
            let owner = forAdministrators ? nil : try context.owner
            let page = try services.keeping.removals(of: owner, after: paging.after, limit: paging.limit)
            return .json(ListObject.json(page.elements.map { RemovalObject.json($0) }, hasMore: page.hasMore))
        } catch let error as ParleyError where error.code == .notFound {
            throw ParleyError.unknownCursor
        }
    }

    /// To count the conversations of others that have a word in their titles is to read these.
    private func note(_ removal: RemovalRequest, _ body: RemovalBody, _ context: ParleyRequestContext) async throws {
        let asksForWords = removal.filter.title != nil || !removal.filter.metadata.isEmpty
        guard forAdministrators, asksForWords else { return }
        let details = JSON.Object([
            .init(name: "route", value: "POST /admin/prune"), .init(name: "filter", value: .object(removal.report)),
        ])
        let actor = try context.requireCaller().actor
        try await services.audit.record(
            AuditEvent(.readForeign, by: actor, subject: body.user ?? "", details: details)
        )
    }

    private func owner(_ body: RemovalBody, _ context: ParleyRequestContext) throws -> User.ID? {
        guard forAdministrators else { return try context.owner }
        return try body.user.map { try services.users.user(named: $0).id }
    }
}
