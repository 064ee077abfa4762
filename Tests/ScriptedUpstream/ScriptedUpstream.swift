import NIOCore
import NIOPosix
import Parley
import Synchronization

/// A real HTTP server on a port of its own that answers as a test tells it to, or misbehaves.
///
/// It speaks TCP rather than HTTP, so that what it sends may be wrong in every byte.
package final class ScriptedUpstream: Sendable {
    /// What is sent for a request.
    package typealias Script = @Sendable (_ request: ReceivedRequest, _ upstream: ScriptedUpstream) -> Reply

    /// Counts since the start.
    package struct Counts: Hashable, Sendable {
        /// Connections that were made.
        package var connections = 0
        package var requests = 0
        /// Requests that are being answered.
        package var open = 0
        /// Requests whose client left before the answer was out.
        package var aborted = 0
    }

    private struct State {
        var script: Script
        var counts = Counts()
        var received: [ReceivedRequest] = []
        var gate = Gate()
        var waiting: [(test: @Sendable (Counts) -> Bool, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state: Mutex<State>
    private let listener = Mutex<(any Channel)?>(nil)

    private init(_ script: @escaping Script) {
        state = Mutex(State(script: script))
    }

    /// Listens on a free port of 127.0.0.1.
    package static func start(_ script: @escaping Script = Echo.script) async throws -> ScriptedUpstream {
        let upstream = ScriptedUpstream(script)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 1024)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ScriptedConnection(upstream))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        upstream.listener.withLock { $0 = channel }
        return upstream
    }

    /// Stops listening; connections that are open stay.
    package func stop() async {
        let channel = listener.withLock { $0 }
        try? await channel?.close().get()
    }

    package var port: Int { listener.withLock { $0?.localAddress?.port } ?? 0 }

    /// Where its API begins.
    package var baseURL: String { "http://127.0.0.1:\(port)/v1" }
}

extension ScriptedUpstream {
    package var counts: Counts { state.withLock { $0.counts } }

    /// Every request, in the order of arrival.
    package var received: [ReceivedRequest] { state.withLock { $0.received } }

    /// What `!delay` and `!slow` wait for.
    package var gate: Gate { state.withLock { $0.gate } }

    /// Replaces the script, for requests that come from now on.
    package func play(_ script: @escaping Script) {
        state.withLock { $0.script = script }
    }

    /// The same reply to everything.
    package static func always(_ reply: Reply) -> Script {
        { _, _ in reply }
    }

    /// Replies in turn, the last for ever.
    package static func inTurn(_ replies: [Reply]) -> Script {
        { _, upstream in replies[min(upstream.counts.requests, replies.count) - 1] }
    }

    /// Waits until the counts are so.
    package func until(_ test: @escaping @Sendable (Counts) -> Bool) async {
        await withCheckedContinuation { continuation in
            let isSo = state.withLock { state in
                let isSo = test(state.counts)
                if !isSo { state.waiting.append((test, continuation)) }
                return isSo
            }
            if isSo { continuation.resume() }
        }
    }
}

// What connections report.
extension ScriptedUpstream {
    func connected() -> Int {
        change { $0.connections += 1 }
        return counts.connections
    }

    func reply(to request: ReceivedRequest) -> Reply {
        state.withLock { $0.received.append(request) }
        change {
            $0.requests += 1
            $0.open += 1
        }
        return state.withLock { $0.script }(request, self)
    }

    func ended(aborted: Bool) {
        change {
            $0.open -= 1
            if aborted { $0.aborted += 1 }
        }
    }

    private func change(_ body: (inout Counts) -> Void) {
        let satisfied = state.withLock { state in
            body(&state.counts)
            let counts = state.counts
            let satisfied = state.waiting.filter { $0.test(counts) }
            state.waiting.removeAll { $0.test(counts) }
            return satisfied.map(\.continuation)
        }
        for continuation in satisfied { continuation.resume() }
    }
}
