import Hummingbird
import Parley
import ParleyWire

/// `/v1/search`: what was said in any of a user's conversations.
struct SearchRoutes {
    let services: Services

    private static let parameters = ["q", "sort", "limit", "after"]

    @Sendable func list(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let page = try await services.search.search(
            try Self.search(Query(request), context.limits),
            of: try context.owner
        )
        return .json(SearchObject.json(page))
    }

    private static func search(_ query: Query, _ limits: ServerLimits) throws -> Search {
        if let unknown = query.pairs.first(where: { !parameters.contains($0.name) }) {
            throw ParleyError(
                .invalidValue,
                "There is no parameter '\(unknown.name)'; there are \(parameters.joined(separator: ", ")).",
                parameter: unknown.name
            )
        }
        guard let text = query["q"] else {
            throw ParleyError(.missingParameter, "'q' must say what to search for.", parameter: "q")
        }
        return Search(
            try SearchQuery(text),
            order: try order(query["sort"]),
            after: query["after"],
            limit: try Paging<Item>.limit(query, limits)
        )
    }

    private static func order(_ text: String?) throws -> Search.Order {
        guard let text else { return .relevance }
        guard let order = Search.Order(rawValue: text) else {
            throw ParleyError(.invalidValue, "'sort' must be 'relevance' or 'newest'.", parameter: "sort")
        }
        return order
    }
}
