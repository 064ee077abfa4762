package import Hummingbird
import NIOHTTP1
package import Parley

extension Request {
    /// The whole body.
    ///
    /// - Throws: ``ParleyError/Code/bodyTooLarge`` as soon as that is known: by its `Content-Length`, else by counting.
    package func bytes(upTo limit: Int) async throws -> [UInt8] {
        let length = headers[.contentLength].flatMap { Int($0) } ?? 0
        guard length <= limit else { throw Self.tooLarge(limit) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(length)
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

    /// The body as a JSON object.
    ///
    /// A body that is not UTF-8 and names no charset is taken as ISO-8859-1, as old Java clients send it.
    /// - Parameter optional: whether an empty body stands for an empty object.
    package func json(_ context: ParleyRequestContext, optional: Bool = false) async throws -> JSONBody {
        let charset = try Charset(contentType: headers[.contentType])
        let bytes = try charset.utf8(try await bytes(upTo: context.limits.body))
        if bytes.isEmpty, optional { return JSONBody(object: .init(), bytes: []) }
        do {
            return try Self.object(bytes)
        } catch JSONError.notUTF8 where charset == .unnamed {
            return try Self.read(Charset.utf8(latin1: bytes))
        } catch let error as JSONError {
            throw ParleyError(error)
        }
    }

    private static func read(_ bytes: [UInt8]) throws -> JSONBody {
        do {
            return try object(bytes)
        } catch let error as JSONError {
            throw ParleyError(error)
        }
    }

    private static func object(_ bytes: [UInt8]) throws -> JSONBody {
        guard let object = try JSON(parsing: bytes).object else {
            throw ParleyError(.invalidRequest, "The JSON body must be an object.")
        }
        return JSONBody(object: object, bytes: bytes)
    }

    private static func tooLarge(_ limit: Int) -> ParleyError {
        ParleyError(.bodyTooLarge, "The request's body is larger than \(limit) bytes.")
    }
}

extension ParleyError {
    fileprivate init(_ error: JSONError) {
        let reason =
            switch error {
            case .malformed(let offset): "it is malformed at byte \(offset)"
            case .tooDeep: "it is nested more than \(JSON.depthLimit) levels deep"
            case .notUTF8(let offset): "the text at byte \(offset) is not UTF-8"
            }
        self.init(.invalidRequest, "We could not parse the JSON body of your request: \(reason).")
    }
}
