import HTTPTypes
import Hummingbird
import Parley

/// Where Lanying posts what people send to the bot.
struct LanyingRoutes: Sendable {
    let connector: LanyingConnector

    /// Answers with an empty body once the message is durable; its answer goes another way, later.
    @Sendable func receive(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        guard connector.accepts(signature: request.headers[.lanyingSignature]) else {
            throw ParleyError(.forbidden, "The signature of the callback is wrong.")
        }
        try await connector.receive(.object(try await request.json(context).object))
        return Response(status: .ok)
    }
}
