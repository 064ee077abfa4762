import Hummingbird
import Parley
import ParleyAssets

/// `/openapi.json`: what the server serves, for programs.
struct DescriptionRoutes {
    private static let document = Asset.named("openapi.json")?.text

    @Sendable func show(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        guard let document = Self.document else {
            throw ParleyError(.internalError, "The description is not in this executable.")
        }
        return .json(Array(document.utf8))
    }
}
