import Hummingbird
import Parley
import ParleyWire

/// What was used: one's own, and for administrators everybody's.
struct UsageRoutes {
    let services: Services

    /// The last thirty days, unless others are asked for.
    private static let standard: Int64 = 30

    @Sendable func own(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let query = Query(request)
        try query.refuseOthers(than: ["by", "since", "until", "model", "limit"])
        return try await answer(query, of: try context.owner)
    }

    @Sendable func all(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let query = Query(request)
        try query.refuseOthers(than: ["by", "since", "until", "model", "limit", "user"])
        return try await answer(query, of: try query["user"].map { try services.users.user(named: $0).id })
    }

    private func answer(_ query: Query, of user: User.ID?) async throws -> Response {
        let until = try query.day("until") ?? Day(.now)
        let since = try query.day("since") ?? until.adding(1 - Self.standard)
        guard since <= until else {
            throw ParleyError(.invalidValue, "'since' must not be after 'until'.", parameter: "since")
        }
        let wanted = UsageQuery(
            by: try Self.grouping(query["by"] ?? UsageQuery.Grouping.day.rawValue),
            days: since...until,
            user: user,
            model: query["model"],
            limit: try query.integer("limit", in: 1...1000) ?? 1000
        )
        return .json(UsageObject.json(try await services.turnStore.usage(wanted), wanted))
    }

    private static func grouping(_ text: String) throws -> UsageQuery.Grouping {
        guard let grouping = UsageQuery.Grouping(rawValue: text) else {
            let known = UsageQuery.Grouping.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
            throw ParleyError(.invalidValue, "'by' must be one of \(known).", parameter: "by")
        }
        return grouping
    }
}
