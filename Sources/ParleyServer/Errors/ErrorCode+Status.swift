import Hummingbird
import Parley

extension ParleyError.Code {
    /// The HTTP status.
    ///
    /// Exhaustive, so that a new code does not compile until it has one. Never 409 on a route that generates: the 0.27
    /// SDK retries it in a loop without a pause.
    var status: HTTPResponse.Status {
        switch self {
        case .invalidRequest, .missingParameter, .invalidType, .invalidValue, .aboveMaximum, .belowMinimum,
            .decimalAboveMaximum, .decimalBelowMinimum,
            .stringTooLong, .arrayTooLong, .objectTooLarge, .emptyArray, .unsupportedParameter, .mutuallyExclusive,
            .contextLengthExceeded, .conversationLocked, .idempotencyKeyReused, .previousResponseNotFound,
            .upstreamRejected, .cancelled:
            .badRequest
        case .missingKey, .invalidKey: .unauthorized
        case .forbidden, .foreignOrigin: .forbidden
        case .notFound, .modelNotFound, .unknownURL: .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .searchTimeout: .requestTimeout
        case .conflict: .conflict
        case .preconditionFailed: .preconditionFailed
        case .bodyTooLarge: .contentTooLarge
        case .unknownHost: .misdirectedRequest
        case .rateLimited, .quotaExceeded, .upstreamRateLimited: .tooManyRequests
        case .configuration, .internalError, .databaseForeign, .databaseNewer, .databaseDamaged: .internalServerError
        case .upstreamUnreachable, .upstreamAuthentication, .upstreamFailed, .upstreamBadResponse, .upstreamIncomplete,
            .upstreamEventTooLarge:
            .badGateway
        case .noUpstream, .overloaded, .shuttingDown, .storageReadOnly, .storageGone, .databaseLocked:
            .serviceUnavailable
        case .upstreamTimeout: .gatewayTimeout
        case .requestLoop: HTTPResponse.Status(code: 508, reasonPhrase: "Loop Detected")
        case .storageFull: HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage")
        }
    }

    /// What overrides the rule by which SDKs decide from the status alone; `nil` leaves it to them.
    var shouldRetry: Bool? {
        switch self {
        case .conversationLocked: true
        case .quotaExceeded, .storageFull, .storageReadOnly, .storageGone, .noUpstream, .upstreamAuthentication,
            .requestLoop, .searchTimeout, .configuration, .databaseForeign, .databaseNewer, .databaseDamaged:
            false
        default: nil
        }
    }
}
