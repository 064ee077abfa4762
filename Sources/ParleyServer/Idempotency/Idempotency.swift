import Hummingbird
import Parley

/// Carries out a request that writes once, however often it is sent under one `Idempotency-Key`.
///
/// For requests that are no turn; turns have their own record. The answer is kept in a commit after the one that wrote,
/// so a crash between the two lets a repetition write again.
struct Idempotency: Sendable {
    let store: any TurnStore
    private let gate = IdempotencyGate()

    init(store: any TurnStore) {
        self.store = store
    }

    /// What a request answers, and what of it may be kept for a repetition.
    struct Outcome: Sendable {
        var json: JSON
        /// Without what must be nowhere in the database.
        var kept: JSON

        init(_ json: JSON, kept: JSON? = nil) {
            self.json = json
            self.kept = kept ?? json
        }
    }

    /// The kept answer when there is one, else that of `operation`.
    ///
    /// - Throws: ``ParleyError/Code/idempotencyKeyReused`` when the key stood before another request.
    func once(
        _ request: Request,
        _ context: ParleyRequestContext,
        body: [UInt8],
        _ operation: () async throws -> Outcome
    ) async throws -> Response {
        guard let text = try context.idempotencyKey(of: request) else { return .json(try await operation().json) }
        let owner = try context.owner
        let line = Array("\(request.method.rawValue) \(request.uri.path)\n".utf8)
        let key = IdempotencyKey(key: text, request: line + body)
        let place = IdempotencyGate.Place(owner: owner, key: text)
        await gate.enter(place)
        defer { gate.leave(place) }
        if let kept = try store.answer(to: key, of: owner) {
            return .json(Array(kept.body.utf8), status: .init(code: kept.status))
        }
        let outcome = try await operation()
        try await store.keep(StoredAnswer(status: 200, body: outcome.kept.text), for: key, of: owner)
        return .json(outcome.json)
    }
}

extension ParleyRequestContext {
    /// The key that makes a request idempotent, when it has one.
    func idempotencyKey(of request: Request) throws -> String? {
        guard let key = request.headers[.idempotencyKey] else { return nil }
        guard !key.isEmpty, key.count <= limits.idempotencyKey else {
            throw ParleyError(
                .stringTooLong,
                "An idempotency key has 1 to \(limits.idempotencyKey) characters.",
                parameter: "Idempotency-Key"
            )
        }
        return key
    }
}
