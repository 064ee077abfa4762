import AsyncHTTPClient
import NIOCore
import NIOHTTP1
package import Parley

/// A client of Parley's own API, over TCP or a unix socket.
package final class APIClient: Sendable {
    package let address: APIAddress
    private let http: HTTPClient

    /// How long an answer other than a model's may take.
    private static let patience: TimeAmount = .seconds(60)
    /// What looks at everything that is stored.
    private static let longPatience: TimeAmount = .hours(24)
    /// The longest turn, with what it may wait for in front.
    private static let turnPatience: TimeAmount = .minutes(35)

    /// Opens nothing before the first request.
    package init(_ address: APIAddress) {
        self.address = address
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout.connect = .seconds(5)
        configuration.httpVersion = .http1Only
        configuration.connectionPool.retryConnectionEstablishment = false
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Closes the connections.
    ///
    /// Nothing may be called afterwards.
    package func close() async {
        try? await http.shutdown()
    }
}

extension APIClient {
    /// Sends a request and returns the JSON of its answer, `null` when it has none.
    ///
    /// What `isLong` may take hours.
    /// - Throws: the error that the server names; ``ParleyError/Code/upstreamUnreachable`` when nobody answers.
    @discardableResult
    package func send(
        _ method: APIMethod,
        _ path: String,
        query: [APIQueryItem] = [],
        body: JSON? = nil,
        isLong: Bool = false
    ) async throws -> JSON {
        let response = try await execute(
            request(method, path, query, body),
            isLong ? Self.longPatience : Self.patience
        )
        let bytes = try await collect(response)
        return bytes.isEmpty ? .null : try Self.json(bytes)
    }

    /// The answer as text, for exports.
    package func text(_ path: String, query: [APIQueryItem]) async throws -> String {
        let response = try await execute(request(.get, path, query, nil), Self.patience)
        return String(decoding: try await collect(response), as: UTF8.self)
    }

    /// Sends a request and hands the bytes of its answer to `piece` as they come.
    ///
    /// - Throws: the error that the server names; ``ParleyError/brokenOff`` when less comes than was announced.
    package func stream(
        _ method: APIMethod,
        _ path: String,
        query: [APIQueryItem] = [],
        body: JSON? = nil,
        accepts: String = APIClient.usualTypes,
        _ piece: ([UInt8]) async throws -> Void
    ) async throws {
        let response = try await execute(request(method, path, query, body, accepts: accepts), Self.longPatience)
        let announced = response.headers.first(name: "Content-Length").flatMap { Int($0) }
        var count = 0
        var bodyBytes = response.body.makeAsyncIterator()
        while true {
            let buffer: ByteBuffer?
            do { buffer = try await bodyBytes.next() } catch { throw try translated(error) }
            guard let buffer else { break }
            count += buffer.readableBytes
            try await piece(Array(buffer: buffer))
        }
        guard announced.map({ $0 == count }) ?? true else { throw ParleyError.brokenOff }
    }

    /// The same for lines of JSON, one at a time.
    package func lines(
        _ method: APIMethod,
        _ path: String,
        body: JSON? = nil,
        _ line: (JSON) async throws -> Void
    ) async throws {
        var rest: [UInt8] = []
        try await stream(method, path, body: body, accepts: "application/x-ndjson") { bytes in
            rest += bytes
            while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
                try await line(try Self.json(Array(rest[..<end])))
                rest.removeSubrange(...end)
            }
        }
        if !rest.isEmpty { try await line(try Self.json(rest)) }
    }

    /// Sends a request for something that may take hours, hands on how far it has come, and returns its result.
    ///
    /// - Throws: the error that the server names, also at the end.
    package func follow(
        _ method: APIMethod,
        _ path: String,
        body: JSON? = nil,
        _ tell: (_ progress: JSON) -> Void
    ) async throws -> JSON {
        var result: JSON?
        try await lines(method, path, body: body) { line in
            if line["object"]?.string == "progress" { tell(line) } else { result = line }
        }
        guard let result else { throw ParleyError.brokenOff }
        guard result["error"] == nil else { throw ParleyError(status: 500, body: result, retryAfter: nil) }
        return result
    }

    /// Sends a turn and returns once its answer begins, or is there when it is not streamed.
    package func turn(_ body: JSON) async throws -> APIAnswer {
        let request = request(.post, "/v1/chat/completions", [], body)
        return APIAnswer(try await execute(request, Self.turnPatience))
    }
}

extension APIClient {
    /// What is understood of most answers.
    package static var usualTypes: String { "application/json, text/event-stream" }

    func request(
        _ method: APIMethod,
        _ path: String,
        _ query: [APIQueryItem],
        _ body: JSON?,
        accepts: String = APIClient.usualTypes
    ) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: address.base + path + APIQueryItem.text(query))
        request.method = HTTPMethod(rawValue: method.rawValue)
        request.headers.add(name: "Accept", value: accepts)
        if address.isSocket { request.headers.add(name: "Host", value: "localhost") }
        if let key = address.key { request.headers.add(name: "Authorization", value: "Bearer \(key.revealed)") }
        if let user = address.user { request.headers.add(name: "X-Parley-User", value: user) }
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(bytes: body.encoded))
        }
        return request
    }

    func execute(_ request: HTTPClientRequest, _ timeout: TimeAmount) async throws -> HTTPClientResponse {
        let response: HTTPClientResponse
        do {
            response = try await http.execute(request, timeout: timeout)
        } catch {
            throw try translated(error)
        }
        guard response.status.code >= 400 else { return response }
        let bytes = (try? await collect(response)) ?? []
        let error = ParleyError(
            status: Int(response.status.code),
            body: try? Self.json(bytes),
            retryAfter: response.headers.retryAfter
        )
        throw error.code == .unknownURL && request.url.contains("/admin/") ? .noAdministration : error
    }

    /// A failed connection may be tried again; a request that was cut off may have been carried out.
    func translated(_ error: any Error) throws -> ParleyError {
        switch error {
        case is CancellationError: throw error
        case let error as HTTPClientError where error == .cancelled: throw CancellationError()
        case let error as HTTPClientError
        where error == .remoteConnectionClosed || error == .deadlineExceeded || error == .readTimeout:
            .brokenOff
        default: .unreachable(address, error)
        }
    }

    /// The whole body.
    ///
    /// An export may be large; everything else is small.
    func collect(_ response: HTTPClientResponse) async throws -> [UInt8] {
        do {
            return Array(buffer: try await response.body.collect(upTo: 1 << 30))
        } catch {
            throw try translated(error)
        }
    }

    static func json(_ bytes: [UInt8]) throws -> JSON {
        do {
            return try JSON(parsing: bytes)
        } catch {
            throw ParleyError(
                .upstreamBadResponse,
                "The server's answer is not JSON. Is it a Parley server?",
                cause: error
            )
        }
    }
}
