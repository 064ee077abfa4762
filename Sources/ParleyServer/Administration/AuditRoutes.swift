import Hummingbird
import Parley
import ParleyWire

/// The audit log, for administrators.
struct AuditRoutes {
    let services: Services

    @Sendable func list(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let query = Query(request)
        try query.refuseOthers(than: ["after", "limit", "action", "user", "since", "until"])
        let wanted = AuditQuery(
            after: try query.integer("after", in: 1...Int.max).map(Int64.init),
            limit: try Paging<AuditEntry>.limit(query, context.limits),
            action: try query["action"].map(Self.action),
            user: query["user"],
            since: try query.day("since")?.start,
            until: try query.day("until")?.adding(1).start
        )
        let page = try await services.audit.auditEntries(wanted)
        return .json(ListObject.json(page.elements.map(AuditObject.json), hasMore: page.hasMore))
    }

    /// Recomputes the whole log.
    @Sendable func verify(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let body = try await request.json(context, optional: true)
        let known = try ObjectMembers(body.object).string("containing")
        return .json(AuditObject.json(try await services.audit.verifyAudit(containing: known)))
    }

    private static func action(_ text: String) throws -> AuditEvent.Action {
        guard let action = AuditEvent.Action(rawValue: text) else {
            let known = AuditEvent.Action.named.map { "'\($0.rawValue)'" }.joined(separator: ", ")
            throw ParleyError(.invalidValue, "'action' must be one of \(known).", parameter: "action")
        }
        return action
    }
}
