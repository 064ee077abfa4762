package import Parley

/// No request reached the server, so it may be sent again.
package struct APIFailure: Error {
    package var reason: String
}

extension ParleyError {
    /// Nobody listens at an address.
    static func unreachable(_ address: APIAddress, _ error: any Error) -> Self {
        let place = address.isSocket ? "The local Parley process" : "The Parley server at \(address.base)"
        return Self(
            .upstreamUnreachable,
            "\(place) does not answer. Start it with `parley serve`, or check --url.",
            cause: APIFailure(reason: String(describing: error))
        )
    }

    /// The connection ended in the middle of an answer.
    static var brokenOff: Self {
        Self(
            .upstreamIncomplete,
            "The server closed the connection before its answer was complete. Check what was done before trying again."
        )
    }

    /// A server shows administration to administrators only.
    static var noAdministration: Self {
        Self(
            .forbidden,
            "This needs the key of an administrator (PARLEY_KEY). On the server's own machine, leave out --url."
        )
    }

    /// Whether the request never reached a server.
    package var isUnreachable: Bool { cause is APIFailure }

    /// What an answer of the API says went wrong.
    init(status: Int, body: JSON?, retryAfter: Duration?) {
        let error = body?["error"]
        let code = (error?["code"]?.string).flatMap(Code.init(rawValue:)) ?? Self.code(for: status)
        self.init(
            code,
            error?["message"]?.string ?? "The server answered with status \(status).",
            parameter: error?["param"]?.string,
            retryAfter: retryAfter
        )
    }

    /// An error event in the middle of a stream.
    init(event error: JSON) {
        let code = (error["code"]?.string).flatMap(Code.init(rawValue:)) ?? .upstreamFailed
        self.init(code, error["message"]?.string ?? "The model's answer broke off.")
    }

    private static func code(for status: Int) -> Code {
        switch status {
        case 401: .invalidKey
        case 403: .forbidden
        case 404: .notFound
        case 405: .methodNotAllowed
        case 409: .conflict
        case 413: .bodyTooLarge
        case 429: .rateLimited
        case 502: .upstreamFailed
        case 503: .overloaded
        case 504: .upstreamTimeout
        case 507: .storageFull
        case 400..<500: .invalidRequest
        default: .internalError
        }
    }
}
