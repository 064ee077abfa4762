package import Hummingbird
package import Parley
import ParleyWire

extension ParleyError {
    /// The answer that tells a client what went wrong.
    package var response: Response {
        var headers = HTTPFields()
        if let seconds = retryAfterSeconds { headers[.retryAfter] = String(seconds) }
        if let retry = code.shouldRetry { headers[.shouldRetry] = retry ? "true" : "false" }
        if code == .bodyTooLarge { headers[.connection] = "close" }
        if code.status == .unauthorized { headers[.wwwAuthenticate] = "Bearer" }
        return .json(ErrorObject(self).encoded, status: code.status, headers: headers)
    }

    /// From 1 to 120: SDKs ignore more.
    ///
    /// Where waiting helps and nobody said how long, a second.
    private var retryAfterSeconds: Int? {
        let waits = code.status == .tooManyRequests || code.status == .serviceUnavailable
        let helps = (waits && code.shouldRetry != false) || code == .conversationLocked
        guard let wait = retryAfter ?? (helps ? .seconds(1) : nil) else { return nil }
        let whole = wait.components.seconds + (wait.components.attoseconds > 0 ? 1 : 0)
        return Int(min(max(whole, 1), 120))
    }
}
