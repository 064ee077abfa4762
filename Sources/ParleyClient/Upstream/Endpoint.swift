import NIOHTTP1
import Parley
import ParleyWire
import Synchronization

/// One upstream: where its routes are, what we send to each, and how its calls are made.
final class Endpoint: Sendable {
    let settings: UpstreamSettings
    private let clients: ClientPool
    private let watch: DeadlineWatch
    private let options: UpstreamOptions
    private let redaction: Redaction
    private let templates: RequestTemplates
    private let budget = Mutex(RetryBudget(now: .now))
    private let breaker: Mutex<CircuitBreaker>

    init(_ settings: UpstreamSettings, options: UpstreamOptions, clients: ClientPool, watch: DeadlineWatch) throws {
        self.settings = settings
        self.options = options
        self.clients = clients
        self.watch = watch
        breaker = Mutex(CircuitBreaker(options.breaker))
        redaction = Redaction(settings.key)
        templates = try RequestTemplates(settings, instance: options.instance)
    }

    /// Calls until there is a first event, or until it is no use.
    func open(_ request: UpstreamRequest) async throws -> any AnswerStream {
        if let wait = breaker.withLock({ $0.wait(now: .now) }) { throw outOfOrder(wait) }
        var attempt = 0
        while true {
            do {
                let answer = try await call(request)
                breaker.withLock { $0.answered() }
                budget.withLock { $0.succeeded() }
                return answer
            } catch let failure as UpstreamFailure {
                attempt += 1
                note(failure)
                guard let pause = pause(before: attempt, failure) else { throw failure.error }
                do { try await Task.sleep(for: pause) } catch { throw ParleyError.cancelled }
                guard breaker.withLock({ $0.wait(now: .now) }) == nil else { throw failure.error }
            }
        }
    }

    private func note(_ failure: UpstreamFailure) {
        switch failure.meaning {
        case .outOfOrder: breaker.withLock { $0.failed(now: .now) }
        case .answer: breaker.withLock { $0.answered() }
        case .nothing: break
        }
    }

    /// What a call gets that is not made.
    private func outOfOrder(_ wait: Duration) -> ParleyError {
        ParleyError(
            .upstreamUnreachable,
            "The upstream '\(settings.name)' has failed too often in the last seconds; it is left alone for a moment.",
            retryAfter: max(wait, .seconds(1))
        )
    }

    private func pause(before attempt: Int, _ failure: UpstreamFailure) -> Duration? {
        guard failure.mayRetry, !Task.isCancelled else { return nil }
        var random = SystemRandomNumberGenerator()
        let pause = options.retries.pause(before: attempt, asked: failure.error.retryAfter, using: &random)
        guard let pause, budget.withLock({ $0.withdraw(now: .now) }) else { return nil }
        return pause
    }

    private func call(_ request: UpstreamRequest) async throws -> any AnswerStream {
        let exchange = HTTPExchange(streamed: request.streamed, limits: options.limits)
        exchange.start(templates.post(request), on: clients, under: watch)
        let taken: HTTPExchangeState.Taken
        do {
            taken = try await exchange.take()
        } catch {
            throw UpstreamFailure(connecting: error)
        }
        guard taken.head.status == .ok else {
            throw UpstreamFailure(taken, request.operation, redaction, options.retries)
        }
        do {
            guard taken.head.headers.isPlain else { throw ParleyError.notAnAnswer }
            return try await request.streamed ? stream(exchange, taken) : whole(taken)
        } catch {
            exchange.cancel()
            throw UpstreamFailure(ParleyError(error))
        }
    }

    private func stream(
        _ exchange: HTTPExchange,
        _ taken: HTTPExchangeState.Taken
    ) async throws -> any AnswerStream {
        let assembler = AnswerAssembler(limits: options.limits, redaction: redaction)
        let answer = HTTPAnswer(exchange, assembler, signOfLife: options.deadlines.signOfLife)
        try await answer.begin(taken)
        return answer
    }

    private func whole(_ taken: HTTPExchangeState.Taken) throws -> any AnswerStream {
        let chunk = try AnswerChunk(parsing: taken.body, redaction: redaction)
        guard !chunk.deltas.isEmpty else { throw ParleyError.notAnAnswer }
        return WholeAnswer(chunk)
    }
}

extension Endpoint {
    /// Asks for the list of models; `nil` when there is no answer that can be read.
    func listModels() async -> [ModelEntry]? {
        let exchange = HTTPExchange(streamed: false, limits: options.limits)
        exchange.start(templates.models(), on: clients, under: watch)
        guard let taken = try? await exchange.take(), taken.head.status == .ok, taken.head.headers.isPlain,
            let json = try? JSON(parsing: taken.body), let data = json["data"]?.array
        else { return nil }
        return data.compactMap { ModelEntry($0, upstream: settings.name) }
    }
}

extension HTTPHeaders {
    /// Whether the body is not compressed; we did not ask for it.
    fileprivate var isPlain: Bool {
        guard let coding = first(name: "content-encoding") else { return true }
        return coding.isEmpty || coding.lowercased() == "identity"
    }
}
