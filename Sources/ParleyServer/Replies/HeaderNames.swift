package import HTTPTypes

extension HTTPField.Name {
    private static func own(_ name: String) -> Self {
        Self(name) ?? .server
    }

    /// On every answer, unique.
    package static let requestID = own("x-request-id")
    /// Tells an SDK whether to try again, whatever the status.
    package static let shouldRetry = own("x-should-retry")
    /// The turn that answered.
    package static let turn = own("x-parley-turn")
    /// The conversation a request belongs to, in and out.
    package static let conversation = own("x-parley-conversation")
    /// The user to act for, on the socket.
    package static let actingUser = own("x-parley-user")
    /// The Parley servers through which a request has come.
    static let hops = own("x-parley-hop")
    package static let idempotencyKey = own("idempotency-key")
    /// How often an SDK has tried before.
    package static let retryCount = own("x-stainless-retry-count")
    /// Makes proxies pass a stream on as it comes.
    package static let accelBuffering = own("x-accel-buffering")
    /// By which Lanying shows that a callback is its own.
    static let lanyingSignature = own("signature")
    static let frameOptions = own("x-frame-options")
    static let referrerPolicy = own("referrer-policy")
    static let openerPolicy = own("cross-origin-opener-policy")
    static let resourcePolicy = own("cross-origin-resource-policy")
    static let host = own("host")
}
