import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import Parley
import Synchronization

/// One HTTP request and its response, taken in the pieces in which it arrives.
///
/// The callbacks of the client library fill a small buffer on the connection's event loop and wake the reader; a reader
/// that is busy gets everything that came meanwhile at once, and a reader that is slow holds the connection back.
final class HTTPExchange: HTTPClientResponseDelegate {
    typealias Response = Void

    private struct Shared {
        var state: HTTPExchangeState
        var task: HTTPClient.Task<Void>?
        var isAborted = false
        var watch: DeadlineWatch.Token?
    }

    private let shared: Mutex<Shared>

    init(streamed: Bool, limits: AnswerLimits) {
        shared = Mutex(Shared(state: HTTPExchangeState(streamed: streamed, limits: limits, now: .now)))
    }

    /// Sends the request.
    ///
    /// Once.
    func start(_ request: HTTPClient.Request, on clients: ClientPool, under watch: DeadlineWatch) {
        guard let client = clients.any(), let token = watch.add(self) else {
            return shutDown()
        }
        let task = client.execute(request: request, delegate: self, eventLoop: .indifferent, deadline: nil)
        let (isAborted, hasEnded) = shared.withLock { shared in
            shared.task = task
            shared.watch = token
            return (shared.isAborted, shared.state.hasEnded)
        }
        if isAborted { task.cancel() }
        if hasEnded { token.remove() }
    }

    /// What has arrived since the last time; waits when nothing has.
    ///
    /// A cancelled caller aborts the exchange.
    func take() async throws -> HTTPExchangeState.Taken {
        while true {
            if let taken = try takeNow() { return taken }
            await withTaskCancellationHandler {
                await withCheckedContinuation { waiter in
                    if !shared.withLock({ $0.state.wait(waiter) }) { waiter.resume() }
                }
            } onCancel: {
                cancel()
            }
        }
    }

    private func takeNow() throws -> HTTPExchangeState.Taken? {
        let (taken, held) = try shared.withLock { shared in
            let taken = try shared.state.take(now: .now)
            return (taken, shared.state.takeHeld())
        }
        held?.succeed()
        return taken
    }

    /// Aborts: the reader's next step throws `cancelled`, and the connection is closed.
    func cancel() {
        end { $0.cancel() }
    }

    /// Aborts unless the answer is complete: its reader has gone.
    func abandon() {
        if !shared.withLock({ $0.state.isReleased }) { cancel() }
    }

    /// Aborts because the server is stopping.
    func shutDown() {
        end { $0.fail(ParleyError.shuttingDown) }
    }

    /// Ends the reading of a complete answer, so that the connection can serve again.
    func release() {
        if shared.withLock({ $0.state.release(now: .now) }) { resumeHeld() }
    }

    /// Ends it with an error when its time is up, or wakes its reader when it has been silent for a while.
    func expire(_ deadlines: UpstreamDeadlines, now: ContinuousClock.Instant) {
        let (error, waiter) = shared.withLock { shared in
            let error = shared.state.overdue(deadlines, now: now)
            return (error, error == nil ? shared.state.wake(after: deadlines.signOfLife, now: now) : nil)
        }
        if let error { end { $0.fail(error) } }
        waiter?.resume()
    }

    private func end(_ how: (inout HTTPExchangeState) -> HTTPExchangeState.Waiter?) {
        let (waiter, task) = shared.withLock { shared in
            shared.isAborted = true
            return (how(&shared.state), shared.task)
        }
        task?.cancel()
        resumeHeld()
        waiter?.resume()
    }

    private func resumeHeld() {
        shared.withLock { $0.state.takeHeld() }?.succeed()
    }
}

// What the client library calls, on the connection's event loop.
extension HTTPExchange {
    func didReceiveHead(task: HTTPClient.Task<Void>, _ head: HTTPResponseHead) -> EventLoopFuture<Void> {
        shared.withLock { $0.state.receive(head) }
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didReceiveBodyPart(task: HTTPClient.Task<Void>, _ buffer: ByteBuffer) -> EventLoopFuture<Void> {
        switch shared.withLock({ $0.state.receive(buffer, now: .now) }) {
        case .more(let waiter):
            waiter?.resume()
        case .enough(let waiter):
            waiter?.resume()
            let promise = task.eventLoop.makePromise(of: Void.self)
            if shared.withLock({ $0.state.hold(promise) }) { return promise.futureResult }
            promise.succeed()
        case .excess(let waiter):
            waiter?.resume()
            task.cancel()
        }
        return task.eventLoop.makeSucceededVoidFuture()
    }

    func didFinishRequest(task: HTTPClient.Task<Void>) {
        finish { $0.complete() }
    }

    func didReceiveError(task: HTTPClient.Task<Void>, _ error: any Error) {
        finish { $0.fail(error) }
        resumeHeld()
    }

    private func finish(_ how: (inout HTTPExchangeState) -> HTTPExchangeState.Waiter?) {
        let (waiter, token) = shared.withLock { shared in (how(&shared.state), shared.watch) }
        token?.remove()
        waiter?.resume()
    }
}
