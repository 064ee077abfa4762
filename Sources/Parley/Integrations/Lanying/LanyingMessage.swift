/// What a person has sent to the bot.
package struct LanyingMessage: Sendable {
    package var appID: String
    package var id: LanyingID
    package var sender: LanyingID
    package var text: String
    /// What the sending application says beside the text.
    package var wishes: Wishes

    package struct Wishes: Sendable {
        /// What was said before this message counts no more.
        package var startsOver = false
        /// History that is added in front of the message.
        package var history: [ItemContent] = []
        /// Whether it is answered; otherwise it is only stored.
        package var needsReply = true
        /// A name that the operator has given to a model.
        package var preset: String?

        package init() {}
    }

    package init(appID: String, id: LanyingID, sender: LanyingID, text: String, wishes: Wishes) {
        self.appID = appID
        self.id = id
        self.sender = sender
        self.text = text
        self.wishes = wishes
    }
}

extension LanyingMessage {
    static let source = "lanying"

    /// The text by which a person asks to begin anew.
    static let startOver = "#reset_prompt"

    /// The message is nothing but the wish to begin anew.
    var onlyStartsOver: Bool {
        let text = text.trimmedOfSpace
        return text == Self.startOver || wishes.startsOver && text.isEmpty
    }

    var key: InboxLetter.Key { InboxLetter.Key(source: Self.source, id: list([appID, id.text])) }

    /// The person's conversation with a bot.
    func origin(bot: LanyingID) -> ConversationOrigin {
        ConversationOrigin(source: Self.source, id: list([appID, sender.text, bot.text]))
    }

    /// What is to be done in the conversation before, or instead of, a turn; `nil` when nothing is.
    var change: InboxChange? {
        var contents = wishes.history
        if !wishes.needsReply, !onlyStartsOver, !text.isEmpty { contents.append(ItemContent(role: .user, text: text)) }
        let startsOver = wishes.startsOver || onlyStartsOver
        guard startsOver || !contents.isEmpty else { return nil }
        let instructions = contents.filter(\.isInstruction).map(\.text).joined(separator: "\n\n")
        return InboxChange(
            startsOver: startsOver,
            items: contents.map { ItemDraft($0) },
            instructions: instructions.isEmpty ? nil : instructions
        )
    }

    /// The number under which Lanying recognises one of our messages that is sent again (FNV-1a, 63 bits).
    func transactionID(_ purpose: String) -> Int64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in list([appID, id.text, purpose]).utf8 {
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
        }
        return Int64(hash >> 1)
    }

    /// Texts as one, so that no two lists run into each other.
    private func list(_ texts: [String]) -> String { JSON.array(texts.map(JSON.string)).text }
}

extension String {
    /// Without white space at both ends.
    var trimmedOfSpace: String {
        let tail = drop(while: \.isWhitespace)
        return tail.lastIndex { !$0.isWhitespace }.map { String(tail[...$0]) } ?? ""
    }
}
