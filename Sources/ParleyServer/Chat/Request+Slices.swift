import Hummingbird
import Parley

extension Request {
    /// The body as an object whose members are known by where they lie, and checked to be JSON and text.
    ///
    /// Read as ISO-8859-1 when it is not UTF-8 and names no charset, as old Java clients send it.
    func slices(_ context: ParleyRequestContext) async throws -> JSONSlices {
        let charset = try Charset(contentType: headers[.contentType])
        var bytes = try charset.utf8(try await bytes(upTo: context.limits.body))
        if (try? UTF8Span(validating: bytes.span)) == nil {
            guard charset == .unnamed else { throw ParleyError(JSONError.notUTF8(at: 0)) }
            bytes = Charset.utf8(latin1: bytes)
        }
        do {
            return try JSONSlices(bytes)
        } catch {
            throw ParleyError(error)
        }
    }
}
