import HTTPTypes
import Hummingbird
import Parley
import ParleyWire

/// The answer of something that may take long.
///
/// Who accepts `application/x-ndjson` gets lines: how far it has come, then the result or an error. All others get the
/// result alone.
enum ProgressResponse {
    private static let lines = "application/x-ndjson"

    /// Who is told how far it has come, lazily, for few are listened to.
    typealias Listener = (_ progress: () -> JSON) async -> Void

    /// Goes on when the client leaves in between.
    static func make(
        to request: Request,
        _ work: @escaping @Sendable (_ tell: Listener) async throws -> JSON
    ) async throws -> Response {
        guard request.headers[.accept]?.contains(lines) == true else { return .json(try await work { _ in }) }
        let body = ResponseBody { writer in
            var pace = ProgressPace()
            let last: JSON
            do {
                last = try await work { progress in
                    if pace.isDue() { try? await writer.write(line: progress()) }
                }
            } catch {
                last = ErrorObject(ParleyError(error)).json
            }
            try await writer.write(line: last)
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: [.contentType: lines, .accelBuffering: "no"], body: body)
    }
}

/// Twice a second.
private struct ProgressPace {
    private var told = ContinuousClock.now
    private static let interval: Duration = .milliseconds(500)

    mutating func isDue() -> Bool {
        let now = ContinuousClock.now
        guard now - told >= Self.interval else { return false }
        told = now
        return true
    }
}

extension ResponseBodyWriter {
    fileprivate mutating func write(line json: JSON) async throws {
        try await write(ByteBuffer(bytes: json.encoded + [UInt8(ascii: "\n")]))
    }
}
