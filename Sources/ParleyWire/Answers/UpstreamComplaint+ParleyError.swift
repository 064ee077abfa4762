package import Parley

extension ParleyError {
    /// What a client may know of an upstream's refusal.
    ///
    /// The cause holds the rest for the log, redacted.
    ///
    /// A key that the upstream refuses is our misconfiguration, never the client's.
    package init(
        upstreamStatus status: Int,
        _ complaint: UpstreamComplaint?,
        redaction: Redaction,
        retryAfter: Duration? = nil
    ) {
        let words = redaction(complaint?.message ?? "")
        let code = Code(upstreamStatus: status, complaint)
        self.init(code, code.message(status: status, words: words), retryAfter: retryAfter)
        cause = UpstreamRefusal(status: status, type: redaction(complaint?.type ?? "", limit: 64), words: words)
        if code == .contextLengthExceeded { parameter = "messages" }
        if code == .modelNotFound { parameter = "model" }
    }
}

/// An upstream's refusal as the log shows it.
package struct UpstreamRefusal: Error, Hashable {
    package var status: Int
    package var type: String
    package var words: String
}

extension ParleyError.Code {
    fileprivate init(upstreamStatus status: Int, _ complaint: UpstreamComplaint?) {
        let overflows = complaint?.isContextOverflow ?? false
        self =
            switch status {
            case 400, 413, 422, 500:
                overflows ? .contextLengthExceeded : status == 500 ? .upstreamFailed : .upstreamRejected
            case 401, 403: .upstreamAuthentication
            case 404: .modelNotFound
            case 408: .upstreamTimeout
            case 429: .upstreamRateLimited
            case 508 where complaint?.code == Self.requestLoop.rawValue: .requestLoop
            case 402, 409, 500...: .upstreamFailed
            case 400...: .upstreamRejected
            default: .upstreamBadResponse
            }
    }

    fileprivate func message(status: Int, words: String) -> String {
        let said = words.isEmpty ? "no reason given" : words
        return switch self {
        case .contextLengthExceeded: "context_length_exceeded: \(said)"
        case .upstreamRejected: "The upstream rejected the request: \(said)"
        case .upstreamAuthentication: "The upstream refused the key that this server has for it."
        case .modelNotFound: words.isEmpty ? "The upstream does not have this model." : said
        case .upstreamTimeout: "The upstream gave up waiting (status \(status))."
        case .upstreamRateLimited: "The upstream is limiting the rate of requests. Try again later."
        case .requestLoop: "The upstream's own upstreams lead back to this server."
        case .upstreamFailed: "The upstream failed (status \(status))."
        default: "The upstream answered with something that is not an answer (status \(status))."
        }
    }
}
