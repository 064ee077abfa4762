import Hummingbird
import Parley
import Synchronization

/// Notes in the audit log that an administrator sees what is another's, before anything is shown.
final class ForeignReading: Sendable {
    private struct Reading: Hashable {
        var actor: AuditEvent.Actor
        var user: String
        var subject: String
        var route: String
    }

    private let audit: any AuditStore
    private let recent = Mutex<[Reading: ContinuousClock.Instant]>([:])

    /// The same reading again within this time is part of the first: a page, then the next one.
    private static let span: Duration = .seconds(600)
    /// So many are remembered; beyond it some are noted twice.
    private static let capacity = 10_000

    init(audit: any AuditStore) {
        self.audit = audit
    }

    /// - Throws: what keeps it from being noted; then nothing may be shown.
    func note(_ caller: Caller, _ request: Request, _ context: ParleyRequestContext) async throws {
        let route = "\(request.method.rawValue) \(context.endpointPath ?? "")"
        guard caller.administrator != nil, Self.shows(context.endpointPath ?? "") else { return }
        let subject = ["conversation", "response", "turn", "completion"].first { context.parameters.get($0) != nil }
        let reading = Reading(
            actor: caller.actor,
            user: caller.user.name,
            subject: subject.map(context.parameter) ?? "",
            route: route
        )
        let now = ContinuousClock.now
        guard recent.withLock({ $0[reading].map { now - $0 > Self.span } ?? true }) else { return }
        let details = JSON.Object([
            .init(name: "route", value: .string(route)), .init(name: "id", value: .string(reading.subject)),
        ])
        let event = AuditEvent(.readForeign, by: reading.actor, subject: reading.user, details: details)
        try await audit.record(event)
        recent.withLock { recent in
            if recent.count >= Self.capacity { recent.removeAll() }
            recent[reading] = now
        }
    }

    /// Whether a route can show what somebody said; lists of models, and sums, cannot.
    private static func shows(_ route: String) -> Bool {
        !["/v1/models", "/v1/engines", "/v1/usage"].contains { route.hasPrefix($0) }
            || route.hasSuffix("completions")
    }
}
