import Hummingbird
import Parley
import ParleyWire

/// The state of the database, for administrators.
struct DatabaseRoutes {
    let services: Services

    @Sendable func show(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        .json(
            DatabaseObject.json(
                try await services.storage.status(),
                search: try await services.search.searchStatus()
            )
        )
    }

    /// Begins to build the search index again, and says how much there is to do.
    @Sendable func reindex(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        try await services.search.reindex()
        return .json(SearchObject.json(try await services.search.searchStatus()), status: .accepted)
    }
}
