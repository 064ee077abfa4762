import Hummingbird
import Parley

extension Response {
    /// An answer that comes as events.
    ///
    /// `write` is given the writer and returns when the last event is written.
    static func eventStream(
        _ headers: HTTPFields,
        _ state: ServerState,
        _ write: @escaping @Sendable (inout any ResponseBodyWriter) async throws -> Void
    ) -> Response {
        var headers = headers
        headers[.contentType] = "text/event-stream; charset=utf-8"
        headers[.cacheControl] = "no-cache"
        headers[.accelBuffering] = "no"
        return Response(
            status: .ok,
            headers: headers,
            body: ResponseBody { writer in
                state.metrics.observe(.streamOpened)
                defer { state.metrics.observe(.streamClosed) }
                try await write(&writer)
                try await writer.finish(nil)
            }
        )
    }
}

extension HTTPFields {
    /// What says which turn answered, and in which conversation.
    static func turn(_ turn: String, _ conversation: Conversation.ID?) -> HTTPFields {
        var headers = HTTPFields()
        headers[.turn] = turn
        if let conversation { headers[.conversation] = conversation.text }
        return headers
    }
}
