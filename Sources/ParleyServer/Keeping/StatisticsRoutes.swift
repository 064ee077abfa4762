import Hummingbird
import Parley
import ParleyWire

/// What conversations come to.
struct StatisticsRoutes {
    let services: Services

    /// All of one's own.
    @Sendable func all(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        .json(StatisticsObject.json(try await services.keeping.statistics(of: nil, of: context.owner)))
    }

    @Sendable func show(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let id = try context.conversationID
        return .json(StatisticsObject.json(try await services.keeping.statistics(of: id, of: context.owner)))
    }
}
