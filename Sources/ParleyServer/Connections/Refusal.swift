import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTPTypes
import Parley
import ParleyWire

/// Why a connection ends before any route was asked.
enum Refusal: Equatable {
    case malformed
    case headersTooLarge
    case tooSlow

    private var status: HTTPResponse.Status {
        switch self {
        case .malformed: .badRequest
        case .headersTooLarge: .requestHeaderFieldsTooLarge
        case .tooSlow: .requestTimeout
        }
    }

    private var error: ErrorObject {
        switch self {
        case .malformed:
            ErrorObject(
                message: "The request is not valid HTTP/1.1. A URL holds ASCII alone: anything else is "
                    + "percent-encoded, as `curl --get --data-urlencode 'q=天气' URL` does."
            )
        case .headersTooLarge: ErrorObject(message: "The request's headers are too large.", code: "headers_too_large")
        case .tooSlow: ErrorObject(message: "The request's body did not arrive in time.", code: "request_timeout")
        }
    }

    /// The whole answer.
    var parts: [HTTPResponsePart] {
        let body = error.encoded
        var headers = SecurityHeaders.fields
        headers[.contentType] = "application/json; charset=utf-8"
        headers[.contentLength] = String(body.count)
        headers[.connection] = "close"
        headers[.requestID] = RequestMark.newID()
        return [
            .head(HTTPResponse(status: status, headerFields: headers)), .body(ByteBuffer(bytes: body)), .end(nil),
        ]
    }
}
