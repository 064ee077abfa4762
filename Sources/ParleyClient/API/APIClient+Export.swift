import AsyncHTTPClient
import NIOCore
import NIOHTTP1
package import Parley

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
    /// - Returns: what the server says behind the file about what it has.
    /// - Throws: ``ParleyError/Code/upstreamIncomplete`` when it broke off.
    package func read(_ piece: (_ bytes: [UInt8]) async throws -> Void) async throws -> JSON {
        var ending = ExportEnding()
        var pieces = body.makeAsyncIterator()
        while let buffer = try await Self.next(&pieces) {
            let bytes = ending.append(Array(buffer: buffer))
            if !bytes.isEmpty { try await piece(bytes) }
        }
        guard let (rest, summary) = ending.finish() else { throw Self.brokenOff(nil) }
        if !rest.isEmpty { try await piece(rest) }
        return summary
    }

    private static func next(_ pieces: inout HTTPClientResponse.Body.AsyncIterator) async throws -> ByteBuffer? {
        do {
            return try await pieces.next()
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw brokenOff(error)
        }
    }

    private static func brokenOff(_ cause: (any Error)?) -> ParleyError {
        ParleyError(.upstreamIncomplete, "The export broke off. Nothing was kept; try again.", cause: cause)
    }
}

extension APIClient {
    /// The longest export.
    private static var exportPatience: TimeAmount { .hours(24) }

    /// An export of many conversations, or of those that the query names.
    package func export(_ query: [APIQueryItem]) async throws -> APIExport {
        try await export("/v1/export", query)
    }

    /// One conversation.
    package func export(of id: String, _ query: [APIQueryItem]) async throws -> APIExport {
        try await export("/v1/conversations/\(APIQueryItem.escaped(id))/export", query)
    }

    private func export(_ path: String, _ query: [APIQueryItem]) async throws -> APIExport {
        let query = query + [APIQueryItem("summary", true)]
        return APIExport(try await execute(request(.get, path, query, nil), Self.exportPatience))
    }
}
