/// The OpenAI-compatible servers that answer.
package protocol Upstream: Sendable {
    /// Decides which upstream and model serve a request that asked for `model`.
    ///
    /// `nil` and the retired names of old tutorials mean the default model.
    /// - Throws: ``ParleyError/Code/modelNotFound`` for an unknown name in strict mode,
    ///   ``ParleyError/Code/noUpstream`` when none is configured.
    func route(_ model: String?) async throws -> ModelRoute

    /// Sends a request and returns once its first valid event has arrived, so that a failure is still a plain status.
    ///
    /// Retries here and only here, before anything was relayed.
    func open(_ request: UpstreamRequest) async throws -> any AnswerStream

    /// The window that an upstream reports for a model, in tokens; `nil` when it does not.
    func window(of route: ModelRoute) async -> Int?

    /// Every model that can be asked for, in the order of the upstreams.
    func models() async throws -> [ModelEntry]
}

/// Where a request goes.
package struct ModelRoute: Hashable, Sendable {
    /// The name of the upstream in the settings.
    package var upstream: String
    /// The model as the upstream calls it.
    package var model: String

    package init(upstream: String, model: String) {
        self.upstream = upstream
        self.model = model
    }
}

/// A model that can be asked for.
package struct ModelEntry: Hashable, Sendable {
    package var id: String
    package var upstream: String
    /// Unix seconds, as the upstream says; 0 when it does not.
    package var created: Int
    package var owner: String
    /// The window the upstream reports for it, in tokens.
    package var window: Int?

    package init(id: String, upstream: String, created: Int, owner: String, window: Int? = nil) {
        self.id = id
        self.upstream = upstream
        self.created = created
        self.owner = owner
        self.window = window
    }
}

/// One call of an upstream.
package struct UpstreamRequest: Sendable {
    package var route: ModelRoute
    /// Which of the upstream's routes is called.
    package var operation: Operation
    /// The whole JSON body.
    package var body: [UInt8]
    /// Whether the answer comes as a stream of events.
    package var streamed: Bool
    /// What the upstream sees as the request's id.
    package var requestID: String

    package enum Operation: String, Sendable {
        case chatCompletions = "chat/completions"
        case completions
    }

    package init(route: ModelRoute, operation: Operation, body: [UInt8], streamed: Bool, requestID: String) {
        self.route = route
        self.operation = operation
        self.body = body
        self.streamed = streamed
        self.requestID = requestID
    }
}

/// What an upstream says, piece by piece.
///
/// Used by one task at a time, except for ``cancel()``.
package protocol AnswerStream: AnyObject, Sendable {
    /// The pieces that have arrived since the last call; `nil` after the answer is complete.
    ///
    /// Waits when nothing is there. No pieces are a sign of life: the answer goes on, but nothing was said for a while,
    /// and whoever relays it should let its client know. Not calling it holds the upstream back.
    /// - Throws: ``ParleyError/Code/upstreamIncomplete`` when the answer broke off, and the other upstream codes.
    func next() async throws -> [AnswerChunk]?

    /// Ends the call; a waiting or later ``next()`` throws ``ParleyError/Code/cancelled``. From any thread, any time.
    func cancel()
}
