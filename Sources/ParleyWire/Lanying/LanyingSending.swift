package import Parley

/// What Lanying's `POST /message/send` takes and answers.
package enum LanyingSending {
    /// The body for a message.
    ///
    /// `antispam` is what Lanying shows instead of a text that it keeps back.
    package static func json(_ reply: LanyingReply, antispam: String) -> JSON {
        var object = JSON.Object()
        object.append("type", 1)
        object.append("from_user_id", reply.bot.json)
        object.append("targets", [reply.receiver.json])
        object.append("transaction_id", JSON(reply.transactionID))
        switch reply.content {
        case .text(let text):
            let config: JSON = ["antispam_prompt": .string(antispam)]
            object.append("content_type", 0)
            object.append("content", .string(text))
            object.append("config", .string(config.text))
        case .read(let message):
            object.append("content_type", 9)
            object.append("content", "")
            object.append("related_mid", message.json)
        }
        return .object(object)
    }

    /// Why a message was not taken; `nil` when it was.
    ///
    /// The answer says so in `code`, whatever its status.
    package static func failure(status: Int, answer: JSON) -> ParleyError? {
        let code = answer["code"]?.int
        if status == 200, code == 200 { return nil }
        let said = status == 200 ? code ?? 0 : status
        let message = "Lanying answers \(status)" + (code.map { " with code \($0)." } ?? ".")
        switch said {
        case 401, 403: return ParleyError(.upstreamAuthentication, message)
        case 408, 429: return ParleyError(.upstreamRateLimited, message)
        case 400..<500: return ParleyError(.upstreamRejected, message)
        default: return ParleyError(.upstreamFailed, message)
        }
    }
}
