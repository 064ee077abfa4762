/// What went wrong, in terms that every face of the program can present.
///
/// The server maps ``code`` to a status, the command line to an exit code. ``message`` may be shown to anyone and says
/// what to do; ``cause`` is for the log only.
package struct ParleyError: Error, Sendable {
    package var code: Code
    package var message: String
    /// The request's parameter that is wrong.
    package var parameter: String?
    /// How long to wait before another try.
    package var retryAfter: Duration?
    package var cause: (any Error)?

    package init(
        _ code: Code,
        _ message: String,
        parameter: String? = nil,
        retryAfter: Duration? = nil,
        cause: (any Error)? = nil
    ) {
        self.code = code
        self.message = message
        self.parameter = parameter
        self.retryAfter = retryAfter
        self.cause = cause
    }
}

extension ParleyError {
    /// The closed list of things that can go wrong.
    ///
    /// The raw value is what a client sees as `code`.
    package enum Code: String, CaseIterable, Sendable {
        // The request.
        case invalidRequest = "invalid_request"
        case missingParameter = "missing_required_parameter"
        case invalidType = "invalid_type"
        case invalidValue = "invalid_value"
        case aboveMaximum = "integer_above_max_value"
        case belowMinimum = "integer_below_min_value"
        case decimalAboveMaximum = "decimal_above_max_value"
        case decimalBelowMinimum = "decimal_below_min_value"
        case stringTooLong = "string_above_max_length"
        case arrayTooLong = "array_above_max_length"
        case objectTooLarge = "object_above_max_properties"
        case emptyArray = "empty_array"
        case unsupportedParameter = "unsupported_parameter"
        case mutuallyExclusive = "mutually_exclusive_parameters"
        case contextLengthExceeded = "context_length_exceeded"
        case conversationLocked = "conversation_locked"
        case idempotencyKeyReused = "idempotency_key_reused"
        case previousResponseNotFound = "previous_response_not_found"
        case bodyTooLarge = "body_too_large"
        case preconditionFailed = "precondition_failed"
        // Who asks, and for what.
        case missingKey = "missing_api_key"
        case invalidKey = "invalid_api_key"
        case forbidden = "insufficient_permissions"
        case foreignOrigin = "foreign_origin"
        case unknownHost = "unknown_host"
        case notFound = "not_found"
        case modelNotFound = "model_not_found"
        case unknownURL = "unknown_url"
        case methodNotAllowed = "method_not_allowed"
        case requestLoop = "request_loop"
        case conflict
        case rateLimited = "rate_limit_exceeded"
        case quotaExceeded = "insufficient_quota"
        // The upstream.
        case noUpstream = "no_upstream"
        case upstreamUnreachable = "upstream_unreachable"
        case upstreamAuthentication = "upstream_auth"
        case upstreamRejected = "upstream_rejected"
        case upstreamRateLimited = "upstream_rate_limited"
        case upstreamFailed = "upstream_error"
        case upstreamBadResponse = "upstream_bad_response"
        case upstreamIncomplete = "upstream_incomplete"
        case upstreamEventTooLarge = "upstream_event_too_large"
        case upstreamTimeout = "upstream_timeout"
        // Ourselves.
        case cancelled
        case searchTimeout = "search_timeout"
        case overloaded
        case shuttingDown = "server_shutdown"
        case storageFull = "insufficient_storage"
        case storageReadOnly = "storage_read_only"
        case storageGone = "storage_gone"
        case databaseForeign = "database_foreign"
        case databaseNewer = "database_newer"
        case databaseDamaged = "database_damaged"
        case databaseLocked = "database_locked"
        case configuration = "invalid_configuration"
        case internalError = "internal_error"
    }
}

extension ParleyError {
    /// The thing does not exist, or is not the caller's to see; the two must not be told apart.
    package static func notFound(_ kind: String, _ id: some CustomStringConvertible) -> Self {
        Self(.notFound, "\(kind) with id '\(id)' not found.")
    }

    /// The cursor names nothing in the list.
    package static var unknownCursor: Self {
        Self(.invalidValue, "'after' does not name an element of this list.", parameter: "after")
    }

    /// A parameter that means nothing here; the message says which do.
    package static func unknownParameter(_ name: String, known: [String]) -> Self {
        let list = known.map { "'\($0)'" }.joined(separator: ", ")
        return Self(.unsupportedParameter, "'\(name)' is not known here. Known are \(list).", parameter: name)
    }

    /// A failure whose details must not leave the process.
    package static func `internal`(_ cause: any Error) -> Self {
        Self(.internalError, "The server had an error while processing your request.", cause: cause)
    }

    /// `error` itself when it is one of ours, else an internal error caused by it.
    package init(_ error: any Error) {
        self =
            switch error {
            case let error as ParleyError: error
            case is CancellationError: ParleyError(.cancelled, "The request was cancelled.")
            default: .internal(error)
            }
    }
}

extension ParleyError: CustomStringConvertible, CustomDebugStringConvertible {
    /// The code alone, so that an interpolated error never leaks what caused it.
    package var description: String { "ParleyError.\(code.rawValue)" }

    /// Everything that is known, for the log.
    package var debugDescription: String {
        "ParleyError(\(code.rawValue), \"\(message)\"\(cause.map { ", cause: \(String(reflecting: $0))" } ?? ""))"
    }
}
