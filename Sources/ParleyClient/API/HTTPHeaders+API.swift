import NIOHTTP1

extension HTTPHeaders {
    /// How long the server asks to wait, in whole seconds.
    var retryAfter: Duration? {
        guard let text = first(name: "Retry-After"), let seconds = Int(text), seconds >= 0 else { return nil }
        return .seconds(Swift.min(seconds, 86_400))
    }
}
