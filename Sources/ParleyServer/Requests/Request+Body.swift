package import Hummingbird
import NIOHTTP1
import Parley

extension Request {
    /// The whole body as it came.
    ///
    /// - Throws: ``ParleyError/Code/bodyTooLarge`` as soon as that is known: by its `Content-Length`, else by counting.
    package func bytes(upTo limit: Int) async throws -> [UInt8] {
        let length = headers[.contentLength].flatMap { Int($0) } ?? 0
        guard length <= limit else { throw Self.tooLarge(limit) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(max(0, length))
        do {
            for try await buffer in body {
                guard bytes.count + buffer.readableBytes <= limit else { throw Self.tooLarge(limit) }
                bytes.append(contentsOf: buffer.readableBytesView)
            }
        } catch is HTTPParserError {
            throw ParleyError(.invalidRequest, "The request's body is not valid HTTP/1.1.")
        }
        return bytes
    }

    /// The body as UTF-8 text, in bytes.
    ///
    /// A body that is not UTF-8 and names no charset is taken as ISO-8859-1, as old Java clients send it.
    package func text(_ context: ParleyRequestContext) async throws -> [UInt8] {
        let charset = try Charset(contentType: headers[.contentType])
        return try charset.utf8(try await bytes(upTo: context.limits.body))
    }

    /// The body as a JSON object.
    ///
    /// With `optional` an empty body stands for an empty object.
    /// - Throws: ``ParleyError/Code/invalidRequest``, whose code on the wire is `null`, when it is none.
    package func json(_ context: ParleyRequestContext, optional: Bool = false) async throws -> JSONBody {
        let bytes = try await text(context)
        if bytes.isEmpty, optional { return JSONBody(object: .init(), bytes: []) }
        do {
            guard let object = try JSON(parsing: bytes).object else {
                throw ParleyError(.invalidRequest, "The JSON body must be an object.")
            }
            return JSONBody(object: object, bytes: bytes)
        } catch let error as JSONError {
            throw ParleyError(error)
        }
    }

    private static func tooLarge(_ limit: Int) -> ParleyError {
        ParleyError(.bodyTooLarge, "The request's body is larger than \(limit) bytes.")
    }
}

extension ParleyError {
    /// A body that is not the JSON we accept.
    init(_ error: JSONError) {
        let reason =
            switch error {
            case .malformed(let offset): "it is malformed at byte \(offset)"
            case .tooDeep: "it is nested more than \(JSON.depthLimit) levels deep"
            case .notUTF8(let offset): "the text at byte \(offset) is not UTF-8"
            }
        self.init(.invalidRequest, "We could not parse the JSON body of your request: \(reason).")
    }
}
