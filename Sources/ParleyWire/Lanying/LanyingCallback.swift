import Parley

/// What Lanying posts for a message that somebody has sent.
enum LanyingCallback {
    /// The message; `nil` unless it is a text from a person to the bot alone.
    ///
    /// - Throws: ``ParleyError/Code/missingParameter`` when it has no id, by which it would be known again.
    static func message(_ callback: JSON, to bot: LanyingID) throws -> LanyingMessage? {
        guard let receiver = LanyingID(callback["to"]?["uid"]), receiver == bot,
            let sender = LanyingID(callback["from"]?["uid"]), sender != bot,
            callback["type"] == "CHAT", callback["ctype"] == "TEXT", let text = callback["content"]?.string
        else { return nil }
        guard let id = LanyingID(callback["msgId"]) else { throw missing("msgId") }
        guard let appID = callback["appId"]?.string, isHeaderValue(appID) else { throw missing("appId") }
        return LanyingMessage(appID: appID, id: id, sender: sender, text: text, wishes: wishes(callback["ext"]))
    }

    private static func missing(_ name: String) -> ParleyError {
        ParleyError(.missingParameter, "Missing required parameter: '\(name)'.", parameter: name)
    }

    /// It is sent back in a header.
    private static func isHeaderValue(_ text: String) -> Bool {
        (1...256).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    /// What the application says in `ext`, which is an object or the text of one; what is not understood is passed over.
    private static func wishes(_ ext: JSON?) -> LanyingMessage.Wishes {
        var wishes = LanyingMessage.Wishes()
        let object = ext?.string.flatMap { try? JSON(parsing: $0) } ?? ext
        guard let own = object?["lanying_connector"] else { return wishes }
        wishes.startsOver = own["reset_prompt"]?.bool ?? false
        wishes.needsReply = own["need_reply"]?.bool ?? true
        wishes.preset = own["preset_name"]?.string
        wishes.history = (own["prompt_ext"]?.array ?? []).compactMap(content)
        return wishes
    }

    private static func content(_ message: JSON) -> ItemContent? {
        guard let role = message["role"]?.string.flatMap(ItemContent.Role.init), role != .other,
            let text = message["content"]?.string, !text.isEmpty
        else { return nil }
        return ItemContent(role: role, text: text)
    }
}
