import Hummingbird
import Parley

/// Whether the process lives, and whether it can take work.
struct HealthRoutes {
    let services: Services
    let state: ServerState

    /// Touches nothing, so that it says only that the process answers.
    @Sendable func live(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        .json(["status": "live"])
    }

    /// 503 while writes are refused and from the moment the server is told to stop.
    @Sendable func ready(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        if state.isDraining { return refused(.shuttingDown, "The server is shutting down.") }
        guard let status = try? await services.storage.status() else {
            return refused(.storageGone, "The database does not answer.")
        }
        return status.refusal.map { refused($0, "The database takes no writes.") } ?? .json(["status": "ready"])
    }

    private func refused(_ code: ParleyError.Code, _ message: String) -> Response {
        var response = ParleyError(code, message, retryAfter: .seconds(1)).response
        response.status = .serviceUnavailable
        return response
    }
}
