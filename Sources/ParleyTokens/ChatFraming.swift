/// What a chat costs in tokens beside its texts.
///
/// The rule is that of `num_tokens_from_messages` in OpenAI's cookbook ("How to count tokens with tiktoken"): each
/// message is framed by 3 tokens, its role, content and name are counted as texts, a name costs 1 more, and 3 tokens
/// prime the reply. It holds for the models of both vocabularies.
package struct ChatFraming: Sendable, Equatable {
    /// The tokens around a message.
    package let perMessage: Int

    /// The tokens that a name costs beside its text.
    package let perName: Int

    /// The tokens that prime the reply, once per request.
    package let reply: Int

    /// The framing of OpenAI's chat models.
    package static let openAI = ChatFraming(perMessage: 3, perName: 1, reply: 3)

    /// A framing with those costs.
    package init(perMessage: Int, perName: Int, reply: Int) {
        self.perMessage = perMessage
        self.perName = perName
        self.reply = reply
    }

    /// The tokens of one message: its framing, role, content and name.
    ///
    /// A context of messages costs the sum of theirs and `reply`.
    package func count(role: String, content: String, name: String? = nil, with tokenizer: Tokenizer) -> Int {
        let texts = tokenizer.count(role) + tokenizer.count(content)
        guard let name else { return perMessage + texts }
        return perMessage + texts + perName + tokenizer.count(name)
    }
}
