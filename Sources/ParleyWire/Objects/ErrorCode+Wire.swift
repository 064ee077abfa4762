package import Parley

extension ParleyError.Code {
    /// OpenAI's word for the kind of error.
    ///
    /// Exhaustive, so that a new code does not compile until it has one.
    package var wireType: String {
        switch self {
        case .invalidRequest, .missingParameter, .invalidType, .invalidValue, .aboveMaximum, .belowMinimum,
            .decimalAboveMaximum, .decimalBelowMinimum,
            .stringTooLong, .arrayTooLong, .objectTooLarge, .emptyArray, .unsupportedParameter, .mutuallyExclusive,
            .contextLengthExceeded, .conversationLocked, .idempotencyKeyReused, .previousResponseNotFound,
            .bodyTooLarge, .preconditionFailed, .missingKey, .invalidKey, .foreignOrigin, .unknownHost, .notFound,
            .modelNotFound, .unknownURL, .methodNotAllowed, .requestLoop, .conflict, .upstreamRejected, .cancelled,
            .searchTimeout:
            "invalid_request_error"
        case .forbidden: "insufficient_permissions"
        case .rateLimited, .upstreamRateLimited: "rate_limit_error"
        case .quotaExceeded: "insufficient_quota"
        case .noUpstream, .upstreamUnreachable, .upstreamAuthentication, .upstreamFailed, .upstreamBadResponse,
            .upstreamIncomplete, .upstreamEventTooLarge, .upstreamTimeout, .overloaded, .shuttingDown, .storageFull,
            .storageReadOnly, .storageGone, .databaseForeign, .databaseNewer, .databaseDamaged, .databaseLocked,
            .configuration, .internalError:
            "server_error"
        }
    }

    /// What stands in `code`; OpenAI has none for a missing key, for what it cannot read and for an unknown id.
    ///
    /// An answer that breaks off is to clients what any other failure of the upstream is; we tell them apart in `reason`.
    package var wireCode: String? {
        switch self {
        case .missingKey, .invalidRequest, .notFound: nil
        case .upstreamIncomplete: Self.upstreamFailed.rawValue
        default: rawValue
        }
    }
}
