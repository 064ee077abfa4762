/// What one conversation, or all of a user's, come to.
package struct ConversationStatistics: Sendable {
    package var conversations: Int64
    /// On all branches.
    package var items: Int64
    /// Of the items and what they name.
    package var bytes: Int64
    /// By model, the most used first.
    package var models: [Model]
    /// When the first turn began and the last one.
    package var first: Timestamp?
    package var last: Timestamp?

    package struct Model: Sendable {
        package var model: String
        package var turns: Int64
        /// Those that failed or were cancelled.
        package var failed: Int64
        package var inputTokens: Int64
        package var outputTokens: Int64
        /// Millionths of a dollar.
        package var cost: Int64

        package init(
            model: String,
            turns: Int64,
            failed: Int64,
            inputTokens: Int64,
            outputTokens: Int64,
            cost: Int64
        ) {
            self.model = model
            self.turns = turns
            self.failed = failed
            self.inputTokens = inputTokens
            self.outputTokens = outputTokens
            self.cost = cost
        }
    }

    package init(
        conversations: Int64,
        items: Int64,
        bytes: Int64,
        models: [Model],
        first: Timestamp?,
        last: Timestamp?
    ) {
        self.conversations = conversations
        self.items = items
        self.bytes = bytes
        self.models = models
        self.first = first
        self.last = last
    }
}
