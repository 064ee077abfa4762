import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import Parley
import ParleyWire

/// A call that failed before its first event.
struct UpstreamFailure: Error {
    var error: ParleyError
    /// Whether the same call may succeed when it is made again.
    var mayRetry: Bool

    init(_ error: ParleyError, mayRetry: Bool = false) {
        self.error = error
        self.mayRetry = mayRetry
    }

    /// A connection that could not be made, or broke before there was an answer.
    init(connecting error: any Error) {
        switch error {
        case let error as ParleyError: self.init(error)
        case is CancellationError: self.init(.cancelled)
        case let error as HTTPClientError where error == .cancelled: self.init(.cancelled)
        case is HTTPParserError, is NIOHTTPDecoderError: self.init(ParleyError.notAnAnswer.caused(by: error))
        default:
            let error = ParleyError(.upstreamUnreachable, "The upstream cannot be reached.", cause: error)
            self.init(error, mayRetry: !Self.isSlow(error))
        }
    }

    /// Whether it has cost a whole deadline already; the client shall not wait for three of them.
    private static func isSlow(_ error: ParleyError) -> Bool {
        switch error.cause {
        case let cause as HTTPClientError:
            [.connectTimeout, .getConnectionFromPoolTimeout, .tlsHandshakeTimeout].contains(cause)
        case let cause as ChannelError:
            if case .connectTimeout = cause { true } else { false }
        case let cause as NIOConnectionError:
            cause.connectionErrors.contains { isTimeout($0.error) }
        default: false
        }
    }

    private static func isTimeout(_ error: any Error) -> Bool {
        if let error = error as? ChannelError, case .connectTimeout = error { return true }
        return false
    }
}

extension UpstreamFailure {
    /// What a failed call tells about the upstream itself.
    enum Meaning {
        case outOfOrder
        /// It works, and says no.
        case answer
        /// We ended the call.
        case nothing
    }

    var meaning: Meaning {
        switch error.code {
        case .upstreamUnreachable, .upstreamTimeout, .upstreamFailed, .upstreamBadResponse, .upstreamIncomplete:
            .outOfOrder
        case .cancelled, .shuttingDown: .nothing
        default: .answer
        }
    }
}

extension ParleyError {
    /// A connection that broke in the middle of an answer.
    init(midway error: any Error) {
        self =
            switch error {
            case let error as ParleyError: error
            case is CancellationError: .cancelled
            case let error as HTTPClientError where error == .cancelled: .cancelled
            default: Self.upstreamIncomplete.caused(by: error)
            }
    }

    func caused(by cause: any Error) -> Self {
        var error = self
        error.cause = cause
        return error
    }
}

extension UpstreamFailure {
    /// What a status other than 200 means.
    init(
        _ taken: HTTPExchangeState.Taken,
        _ operation: UpstreamRequest.Operation,
        _ redaction: Redaction,
        _ policy: RetryPolicy
    ) {
        let status = Int(taken.head.status.code)
        let complaint = (try? JSON(parsing: taken.body)).flatMap(UpstreamComplaint.init)
        if operation == .completions, Self.lacksRoute(status, complaint) {
            self.init(ParleyError(.unknownURL, "The upstream has no route for legacy completions."))
            return
        }
        let asked = taken.head.headers.retryAfter(ceiling: policy.longestAdvice)
        let error = ParleyError(upstreamStatus: status, complaint, redaction: redaction, retryAfter: asked)
        let isSpent = complaint?.code == "insufficient_quota"
        self.init(error, mayRetry: Self.isPassing(status) && !isSpent && error.code != .contextLengthExceeded)
    }

    /// Statuses that say "later", not "no".
    private static func isPassing(_ status: Int) -> Bool {
        status == 408 || status == 409 || status == 429 || status >= 500 && ![501, 505, 508].contains(status)
    }

    private static func lacksRoute(_ status: Int, _ complaint: UpstreamComplaint?) -> Bool {
        status == 405 || status == 501 || status == 404 && !(complaint?.isUnknownModel ?? false)
    }
}

extension HTTPHeaders {
    func retryAfter(ceiling: Duration) -> Duration? {
        RetryAfter.read(
            milliseconds: first(name: "retry-after-ms"),
            value: first(name: "retry-after"),
            now: Timestamp.now.milliseconds / 1000,
            ceiling: ceiling
        )
    }
}

extension HTTPExchangeState.Taken {
    /// The bytes of all parts.
    var body: [UInt8] {
        var body: [UInt8] = []
        body.reserveCapacity(parts.reduce(0) { $0 + $1.readableBytes })
        for part in parts { body.append(contentsOf: part.readableBytesView) }
        return body
    }
}
