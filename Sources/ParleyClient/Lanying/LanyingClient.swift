import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
package import Parley
import ParleyWire

/// Lanying's server, over HTTP.
package final class LanyingClient: LanyingServer {
    private let address: LanyingAddress
    private let template: HTTPClient.Request
    private let clients: ClientPool
    private let watch: DeadlineWatch
    private let limits: AnswerLimits
    private let retries: RetryPolicy

    /// What is used unless a test says otherwise: half a minute for a call, and five more calls within another.
    package static var standard: UpstreamOptions {
        var options = UpstreamOptions()
        options.deadlines.firstByte = .seconds(15)
        options.deadlines.idle = .seconds(10)
        options.deadlines.total = .seconds(30)
        options.retries.attempts = 5
        options.retries.patience = options.retries.longestPause
        options.limits.answer = options.limits.refusal
        return options
    }

    /// - Throws: ``ParleyError/Code/configuration`` when the address is not one.
    package init(_ address: LanyingAddress, options: UpstreamOptions = standard) throws {
        var base = address.endpoint[...]
        while base.hasSuffix("/") { base = base.dropLast() }
        do {
            template = try HTTPClient.Request(url: base + "/message/send", method: .POST)
        } catch {
            throw ParleyError(.configuration, "The address of Lanying's API is not a URL.", cause: error)
        }
        self.address = address
        limits = options.limits
        retries = options.retries
        clients = ClientPool(options)
        watch = DeadlineWatch(options.deadlines, on: MultiThreadedEventLoopGroup.singleton.next())
    }

    /// Ends the calls that are open and closes every connection.
    ///
    /// Once, before the last reference goes.
    package func shutdown() async {
        watch.close()
        await clients.shutdown()
    }

    package func send(_ message: LanyingReply) async throws {
        var attempt = 0
        while true {
            do {
                return try await call(request(message))
            } catch {
                attempt += 1
                let error = ParleyError(error)
                guard let pause = pause(before: attempt, error) else { throw error }
                do { try await Task.sleep(for: pause) } catch { throw ParleyError.cancelled }
            }
        }
    }

    private func request(_ message: LanyingReply) -> HTTPClient.Request {
        var request = template
        request.headers = [
            "app_id": message.appID, "access-token": address.adminToken.revealed, "content-type": "application/json",
            "accept": "application/json", "accept-encoding": "identity", "user-agent": "parley",
        ]
        let body = LanyingSending.json(message, antispam: address.antispam).encoded
        request.body = .byteBuffer(ByteBuffer(bytes: body))
        return request
    }

    private func call(_ request: HTTPClient.Request) async throws {
        let exchange = HTTPExchange(streamed: false, limits: limits)
        exchange.start(request, on: clients, under: watch)
        let taken: HTTPExchangeState.Taken
        do {
            taken = try await exchange.take()
        } catch {
            throw UpstreamFailure(connecting: error).error
        }
        let answer = (try? JSON(parsing: taken.body)) ?? .null
        if let failure = LanyingSending.failure(status: Int(taken.head.status.code), answer: answer) { throw failure }
    }

    private func pause(before attempt: Int, _ error: ParleyError) -> Duration? {
        switch error.code {
        case .upstreamRejected, .upstreamAuthentication, .cancelled, .shuttingDown: return nil
        default: break
        }
        guard !Task.isCancelled else { return nil }
        var random = SystemRandomNumberGenerator()
        return retries.pause(before: attempt, asked: error.retryAfter, using: &random)
    }
}
