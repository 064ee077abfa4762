/// Where messages of other systems are kept until they are handled, so that one that was taken is neither lost nor
/// handled twice.
///
/// A letter is remembered for a day, handled or not.
package protocol InboxStore: Sendable {
    /// Keeps a letter, and returns once that is durable.
    ///
    /// - Returns: whether there is something to do; `false` for one that was handled before.
    func receive(_ letter: InboxLetter, of owner: User.ID) async throws -> Bool

    /// Whether a letter is kept and was not handled yet.
    func isWaiting(_ key: InboxLetter.Key, of owner: User.ID) throws -> Bool

    /// The letters of a source that were not handled yet, oldest first; at most 1,000.
    func waiting(from source: String, of owner: User.ID) throws -> [InboxLetter]

    /// Says that a letter was handled, and forgets its text.
    func settle(_ key: InboxLetter.Key, of owner: User.ID) async throws

    /// The conversation that comes from a place in another system, made when there is none.
    ///
    /// One that was deleted is left alone, and a new one takes its place.
    func conversation(from origin: ConversationOrigin, of owner: User.ID) async throws -> Conversation.ID

    /// Changes a conversation as a letter asks: once, however often this is called.
    func apply(
        _ change: InboxChange,
        to conversation: Conversation.ID,
        for key: InboxLetter.Key,
        of owner: User.ID
    ) async throws
}

/// A message of another system as it came.
package struct InboxLetter: Sendable {
    package var key: Key
    package var body: String

    /// What tells it from every other one.
    package struct Key: Hashable, Sendable {
        /// The system: a word without white space.
        package var source: String
        /// The message's id there, the same whenever it is delivered again.
        package var id: String

        package init(source: String, id: String) {
            self.source = source
            self.id = id
        }
    }

    package init(key: Key, body: String) {
        self.key = key
        self.body = body
    }
}

/// Where a conversation comes from: a system, and what it is called there.
package struct ConversationOrigin: Hashable, Sendable {
    package var source: String
    package var id: String

    package init(source: String, id: String) {
        self.source = source
        self.id = id
    }
}

/// What is done to a conversation beside a turn.
package struct InboxChange: Sendable {
    /// The active path begins anew and the conversation's instructions go; the old line stays as a side branch.
    package var startsOver: Bool
    /// Added at the tip.
    package var items: [ItemDraft]
    /// Added to the conversation's instructions.
    package var instructions: String?

    package init(startsOver: Bool, items: [ItemDraft], instructions: String?) {
        self.startsOver = startsOver
        self.items = items
        self.instructions = instructions
    }
}
