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

extension ConversationStatistics {
    package var turns: Int64 { models.reduce(0) { $0 + $1.turns } }

    /// In and out.
    package var tokens: Int64 { models.reduce(0) { $0 + $1.inputTokens + $1.outputTokens } }

    /// Millionths of a dollar.
    package var cost: Int64 { models.reduce(0) { $0 + $1.cost } }

    package static func += (left: inout Self, right: Self) {
        left.conversations += right.conversations
        left.items += right.items
        left.bytes += right.bytes
        for model in right.models { left.add(model) }
        left.first = [left.first, right.first].compactMap(\.self).min()
        left.last = [left.last, right.last].compactMap(\.self).max()
    }

    private mutating func add(_ model: Model) {
        guard let index = models.firstIndex(where: { $0.model == model.model }) else {
            models.append(model)
            return
        }
        models[index].turns += model.turns
        models[index].failed += model.failed
        models[index].inputTokens += model.inputTokens
        models[index].outputTokens += model.outputTokens
        models[index].cost += model.cost
    }
}
