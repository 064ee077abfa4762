/// What a client asks for, in the domain's terms.
package struct TurnRequest: Sendable {
    package var caller: Caller
    package var face: Turn.Face
    package var operation: UpstreamRequest.Operation
    /// The conversation it names; without one nothing is added to what was sent.
    package var conversation: Conversation.ID?
    /// The response whose path it goes on from; not together with a conversation.
    package var previous: Turn.ID?
    package var endUser: String?
    /// The leading system and developer messages.
    package var instructions: [ItemContent]
    /// Everything after them, in order.
    package var input: [ItemContent]
    package var model: String?
    package var policy: ContextPolicy?
    package var budget: Int?
    package var maximumOutput: Int?
    /// The tokens of the request's tool schemas as text.
    package var tools: String?
    /// Whether its text is kept.
    package var recorded: Bool
    /// Whether it can be fetched by its id later.
    package var stored: Bool
    package var metadata: [String: String]
    package var streamed: Bool
    /// More than one sample was asked for.
    package var manySamples: Bool
    package var idempotency: IdempotencyKey?
    /// The request's bytes, by which an SDK's own retry is recognised.
    package var fingerprint: [UInt8]
    package var isRetry: Bool
    /// Whether the turn goes on without its client.
    package var background: Bool
    /// What a response shows of its request.
    package var parameters: JSON.Object?
    /// How many answers are asked for: samples, times the prompts that a legacy request may hold.
    package var samples = 1
    /// The tokens of context above which older turns are summarised, whatever the policy.
    package var summaryMark: Int?
    /// Writes the upstream's body for a model.
    ///
    /// The context is `nil` when what the client sent goes out as it came.
    package var encode: @Sendable (_ model: String, _ context: Context?) -> [UInt8]
    /// Writes the `choices` of an answer that was streamed, for who asks for it again.
    package var choices: (@Sendable ([AnswerSample]) -> [UInt8])?

    package init(
        caller: Caller,
        face: Turn.Face,
        operation: UpstreamRequest.Operation,
        conversation: Conversation.ID?,
        endUser: String?,
        instructions: [ItemContent],
        input: [ItemContent],
        model: String?,
        policy: ContextPolicy?,
        budget: Int?,
        maximumOutput: Int?,
        tools: String?,
        recorded: Bool,
        stored: Bool,
        metadata: [String: String],
        streamed: Bool,
        manySamples: Bool,
        idempotency: IdempotencyKey?,
        fingerprint: [UInt8],
        isRetry: Bool,
        previous: Turn.ID? = nil,
        background: Bool = false,
        parameters: JSON.Object? = nil,
        encode: @escaping @Sendable (_ model: String, _ context: Context?) -> [UInt8]
    ) {
        self.caller = caller
        self.face = face
        self.operation = operation
        self.conversation = conversation
        self.endUser = endUser
        self.instructions = instructions
        self.input = input
        self.model = model
        self.policy = policy
        self.budget = budget
        self.maximumOutput = maximumOutput
        self.tools = tools
        self.recorded = recorded
        self.stored = stored
        self.metadata = metadata
        self.streamed = streamed
        self.manySamples = manySamples
        self.idempotency = idempotency
        self.fingerprint = fingerprint
        self.isRetry = isRetry
        self.previous = previous
        self.background = background
        self.parameters = parameters
        self.encode = encode
    }
}

extension TurnRequest {
    /// Whether its context is built, rather than sent as it came.
    var buildsContext: Bool { conversation != nil || face == .response }

    /// Whether somebody may ask for its answer again as it was sent; a response is made from its items.
    var keepsAnswer: Bool { recorded && face != .response && (stored || manySamples || idempotency != nil) }

    /// What the face calls the new messages, for errors.
    var inputName: String { face == .response ? "input" : "messages" }
}
