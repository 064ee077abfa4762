import Hummingbird
import Parley
import ParleyServer
import Synchronization

/// Routes that answer slowly, and what became of them.
final class Probe: Sendable {
    /// Lets the stream end.
    let released = Signal()
    /// The route is done.
    let ended = Signal()
    private let clientLeft = Atomic(false)

    var hasClientLeft: Bool { clientLeft.load(ordering: .relaxed) }

    func add(to router: Router<ParleyRequestContext>) {
        router.post("test/stream", use: stream)
        router.post("test/wait", use: wait)
    }

    /// Streams `begun`, waits to be released or for its client to leave, and streams `ended`.
    @Sendable private func stream(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        _ = try await request.bytes(upTo: 100)
        let body = ResponseBody { [self] writer in
            try await writer.write(ByteBuffer(string: "begun"))
            await context.withClientGoneHandler {
                await released.wait()
            } onGone: {
                self.clientLeft.store(true, ordering: .relaxed)
                self.released.fire()
            }
            ended.fire()
            try await writer.write(ByteBuffer(string: "ended"))
            try await writer.finish(nil)
        }
        return Response(status: .ok, body: body)
    }

    /// Answers only when it is cancelled.
    @Sendable private func wait(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        _ = try await request.bytes(upTo: 100)
        defer { ended.fire() }
        let never = Signal()
        try await context.withClientGoneCancellation { [released] in
            released.fire()
            await never.wait()
            try Task.checkCancellation()
        }
        return Response(status: .ok)
    }
}
