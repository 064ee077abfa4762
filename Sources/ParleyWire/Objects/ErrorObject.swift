package import Parley

/// An error as the API shows it: `{"error": {"message", "type", "param", "code"}}`, all four always.
package struct ErrorObject: Sendable {
    package var message: String
    package var type: String
    package var parameter: String?
    package var code: String?

    package init(message: String, type: String = "invalid_request_error", parameter: String? = nil, code: String? = nil)
    {
        self.message = message
        self.type = type
        self.parameter = parameter
        self.code = code
    }

    package init(_ error: ParleyError) {
        self.init(
            message: error.message,
            type: error.code.wireType,
            parameter: error.code == .notFound ? nil : error.parameter,
            code: error.code.wireCode
        )
    }

    /// The object as JSON bytes.
    package var encoded: [UInt8] { json.encoded }

    package var json: JSON {
        [
            "error": [
                "message": .string(message), "type": .string(type), "param": JSON(parameter), "code": JSON(code),
            ]
        ]
    }
}
