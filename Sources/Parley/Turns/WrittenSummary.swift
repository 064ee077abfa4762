/// A summary and what it cost to have it written.
struct WrittenSummary: Sendable {
    var text: String
    var usage: Usage

    /// Takes over a summary that was written on top of this one.
    mutating func add(_ later: Self) {
        text = later.text
        usage.inputTokens += later.usage.inputTokens
        usage.outputTokens += later.usage.outputTokens
        usage.cachedTokens += later.usage.cachedTokens
        usage.reasoningTokens += later.usage.reasoningTokens
        usage.estimated = usage.estimated || later.usage.estimated
    }
}

/// Everything that a request would have sent, made short: what its user said, and a summary.
package struct CompactedInput: Sendable {
    package var id: Turn.ID
    package var createdAt: Timestamp
    /// The user's messages, then the compaction.
    package var items: [ItemDraft]
    package var usage: Usage
}

extension Turns {
    /// Summarises the path that a request goes on from, and its input.
    ///
    /// Stores nothing but a row of what it cost.
    package func compact(_ request: TurnRequest) async throws -> CompactedInput {
        let permit = try permit(for: request.caller)
        let head = try head(for: request)
        let route = try await upstream.route(request.model ?? head.settings.model)
        var history: [ItemContent] = []
        var before: Compaction?
        try store.visitHistory(head) { item in
            if let covers = before?.covers, item.place.position <= covers { return false }
            if let compaction = Compaction(item.content) {
                before = before ?? compaction
            } else {
                history.append(item.content)
            }
            return true
        }
        let items = history.reversed() + request.input
        guard !items.isEmpty else {
            throw ParleyError(.missingParameter, "There is nothing to compact: send 'input' or 'previous_response_id'.")
        }
        let window = await upstream.window(of: route)
        let written = try await summarise(items, after: before?.summary, for: request, route, window, permit)
        let compaction = Compaction(summary: written.text, covers: 0, model: route.model)
        let users = items.filter(\.isFromUser).map { ItemDraft($0) }
        return CompactedInput(
            id: .random(),
            createdAt: .now,
            items: users + [try draft(of: compaction, for: request.caller.user.id)],
            usage: written.usage
        )
    }
}
