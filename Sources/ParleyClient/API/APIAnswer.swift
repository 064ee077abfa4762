import AsyncHTTPClient
import NIOCore
import NIOHTTP1
package import Parley
import ParleyWire

/// A model's answer on its way.
package struct APIAnswer: Sendable {
    /// Where it is recorded.
    package let conversation: String?
    /// The turn's id, by which it can be stopped.
    package let turn: String?
    private let body: HTTPClientResponse.Body
    private let isStream: Bool

    /// The longest answer that is not streamed, in bytes.
    private static let limit = 32 << 20

    init(_ response: HTTPClientResponse) {
        conversation = response.headers.first(name: "X-Parley-Conversation")
        turn = response.headers.first(name: "x-parley-turn")
        body = response.body
        isStream = response.headers.first(name: "Content-Type")?.hasPrefix("text/event-stream") ?? false
    }

    /// The whole answer of a request that was not streamed.
    package func whole() async throws -> JSON {
        do {
            return try JSON(parsing: Array(buffer: try await body.collect(upTo: Self.limit)))
        } catch let error as JSONError {
            throw ParleyError(.upstreamBadResponse, "The server's answer is no JSON.", cause: error)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw ParleyError.brokenOff
        }
    }

    /// Hands each piece of text to `piece` as it comes, and returns what the stream said at its end.
    ///
    /// - Throws: the error that the stream names; ``ParleyError/Code/upstreamIncomplete`` when it ends too early.
    package func read(_ piece: (String) async throws -> Void) async throws -> APIEnding {
        guard isStream else { return try await readWhole(piece) }
        var decoder = EventStreamDecoder()
        var ending = APIEnding()
        do {
            for try await buffer in body {
                for event in try decoder.append(Array(buffer: buffer)) {
                    if event.data == Self.done { return ending }
                    if let text = try ending.take(event) { try await piece(text) }
                }
            }
        } catch let error as HTTPClientError {
            throw error == .cancelled ? CancellationError() : ParleyError.brokenOff
        } catch is NIOCore.IOError {
            throw ParleyError.brokenOff
        }
        throw ParleyError.brokenOff
    }

    private static let done = Array("[DONE]".utf8)

    private func readWhole(_ piece: (String) async throws -> Void) async throws -> APIEnding {
        let answer = try await whole()
        let choice = answer["choices"]?.array?.first
        if let text = choice?["message"]?["content"]?.string { try await piece(text) }
        return APIEnding(
            finish: choice?["finish_reason"]?.string,
            usage: answer["usage"],
            model: answer["model"]?.string
        )
    }
}
