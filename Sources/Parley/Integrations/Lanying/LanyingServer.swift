/// Lanying's server, to which the bot's messages go.
package protocol LanyingServer: Sendable {
    /// Sends a message, several times if need be: one of the same transaction is delivered once.
    ///
    /// - Throws: ``ParleyError/Code/upstreamRejected`` when another try is of no use.
    func send(_ message: LanyingReply) async throws
}

/// What the bot sends to a person.
package struct LanyingReply: Sendable {
    package var appID: String
    package var bot: LanyingID
    package var receiver: LanyingID
    /// Names the message, so that Lanying recognises it when it is sent again.
    package var transactionID: Int64
    package var content: Content

    package enum Content: Sendable {
        case text(String)
        /// The mark that the bot has read a message.
        case read(LanyingID)
    }

    package init(
        appID: String,
        bot: LanyingID,
        receiver: LanyingID,
        transactionID: Int64,
        content: Content
    ) {
        self.appID = appID
        self.bot = bot
        self.receiver = receiver
        self.transactionID = transactionID
        self.content = content
    }
}
