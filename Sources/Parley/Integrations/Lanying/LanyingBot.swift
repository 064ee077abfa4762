/// The user of Lanying as which a model answers.
package struct LanyingBot: Sendable {
    package var id: LanyingID
    /// For whom it acts here: who owns the conversations.
    package var owner: User
    /// What the callbacks must show; `nil` takes any.
    package var signature: Secret?
    /// The model that answers; `nil` for the default one.
    package var model: String?
    /// Models by the names that senders may choose them by.
    package var presets: [String: String]
    /// What is said when the model does not answer.
    package var apology: String

    package init(
        id: LanyingID,
        owner: User,
        signature: Secret?,
        model: String?,
        presets: [String: String],
        apology: String
    ) {
        self.id = id
        self.owner = owner
        self.signature = signature
        self.model = model
        self.presets = presets
        self.apology = apology
    }

    /// The model for a message.
    func model(for message: LanyingMessage) -> String? {
        message.wishes.preset.flatMap { presets[$0] } ?? model
    }
}

/// How Lanying's JSON is read, and the request to a model written.
package struct LanyingForm: Sendable {
    /// The message that a callback brings; `nil` when it is not for the bot to answer.
    package var message: @Sendable (_ callback: JSON, _ bot: LanyingID) throws -> LanyingMessage?
    package var request: @Sendable (_ model: String, _ context: Context?) -> [UInt8]

    package init(
        message: @escaping @Sendable (_ callback: JSON, _ bot: LanyingID) throws -> LanyingMessage?,
        request: @escaping @Sendable (_ model: String, _ context: Context?) -> [UInt8]
    ) {
        self.message = message
        self.request = request
    }
}
