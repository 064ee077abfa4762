/// The most tokens that a context may take, and who says so.
package struct ContextBudget: Hashable, Sendable {
    /// In the model's own tokens.
    package var tokens: Int
    package var source: Source
    /// The model's whole window.
    package var window: Int
    /// What of the window is kept for the reply.
    package var reserve: Int

    package enum Source: String, Sendable {
        case request
        case conversation
        case model
    }

    /// The smallest of the request's budget, the conversation's, and what the model's window leaves beside the reply.
    ///
    /// When the request limits its reply itself, with `maximumOutput`, that is what is reserved.
    package init(request: Int?, conversation: Int?, profile: ModelProfile, maximumOutput: Int?) {
        window = profile.window
        reserve = min(max(maximumOutput ?? profile.reserve, 0), profile.window)
        tokens = window - reserve
        source = .model
        if let conversation, conversation < tokens { (tokens, source) = (conversation, .conversation) }
        if let request, request < tokens { (tokens, source) = (request, .request) }
    }
}
