import Foundation
package import Parley

/// What a command tells the shell; the numbers are those of `sysexits.h` where it has one.
package enum ExitStatus {
    package static let interrupted: Int32 = 130
}

extension ParleyError.Code {
    /// The exit status of a command that ends with this.
    package var exitStatus: Int32 {
        switch self {
        case .invalidRequest, .missingParameter, .invalidType, .invalidValue, .aboveMaximum, .belowMinimum,
            .decimalAboveMaximum, .decimalBelowMinimum,
            .stringTooLong, .arrayTooLong, .objectTooLarge, .emptyArray, .unsupportedParameter, .mutuallyExclusive,
            .contextLengthExceeded, .idempotencyKeyReused, .bodyTooLarge, .preconditionFailed, .searchTimeout:
            EX_DATAERR
        case .notFound, .previousResponseNotFound, .modelNotFound, .unknownURL, .methodNotAllowed, .conflict,
            .unknownHost, .foreignOrigin, .quotaExceeded, .internalError:
            1
        case .noUpstream, .upstreamUnreachable, .upstreamAuthentication, .upstreamRejected, .upstreamRateLimited,
            .upstreamFailed, .upstreamBadResponse, .upstreamIncomplete, .upstreamEventTooLarge, .upstreamTimeout:
            EX_UNAVAILABLE
        case .storageFull: EX_CANTCREAT
        case .storageGone, .databaseDamaged: EX_IOERR
        case .databaseLocked, .conversationLocked, .rateLimited, .overloaded, .shuttingDown: EX_TEMPFAIL
        case .missingKey, .invalidKey, .forbidden: EX_NOPERM
        case .configuration, .requestLoop, .databaseForeign, .databaseNewer, .storageReadOnly: EX_CONFIG
        case .cancelled: ExitStatus.interrupted
        }
    }
}
