import Hummingbird
import Parley
import ParleyWire

/// The state of the database, for administrators.
struct DatabaseRoutes {
    let services: Services

    @Sendable func show(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        .json(DatabaseObject.json(try await services.storage.status()))
    }
}
