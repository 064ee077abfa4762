import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Parley

/// An export on its way.
package struct APIExport: Sendable {
    /// How many conversations it has.
    package let conversations: Int?
    private let body: HTTPClientResponse.Body

    init(_ response: HTTPClientResponse) {
        body = response.body
        conversations = response.headers.first(name: "x-parley-conversations").flatMap { Int($0) }
    }

    /// Hands on the bytes as they come; whoever takes them slowly slows the server down.
    ///
    /// - Throws: ``ParleyError/Code/upstreamIncomplete`` when it broke off.
    package func read(_ piece: (_ bytes: [UInt8]) async throws -> Void) async throws {
        var pieces = body.makeAsyncIterator()
        while let buffer = try await Self.next(&pieces) { try await piece(Array(buffer: buffer)) }
    }

    private static func next(_ pieces: inout HTTPClientResponse.Body.AsyncIterator) async throws -> ByteBuffer? {
        do {
            return try await pieces.next()
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw ParleyError(.upstreamIncomplete, "The export broke off. Nothing was kept; try again.", cause: error)
        }
    }
}

extension APIClient {
    /// The longest export.
    private static var exportPatience: TimeAmount { .hours(24) }

    /// An export of many conversations, or of those that the query names.
    package func export(_ query: [APIQueryItem]) async throws -> APIExport {
        APIExport(try await execute(request(.get, "/v1/export", query, nil), Self.exportPatience))
    }

    /// One conversation.
    package func export(_ id: String, _ query: [APIQueryItem]) async throws -> APIExport {
        let path = "/v1/conversations/\(APIQueryItem.escaped(id))/export"
        return APIExport(try await execute(request(.get, path, query, nil), Self.exportPatience))
    }
}
