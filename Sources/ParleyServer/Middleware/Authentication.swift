import HTTPTypes
import Hummingbird
import Parley
import Synchronization

/// Decides who asks.
///
/// The one place that reads credentials, and `Authorization: Bearer` the one place they may stand in.
final class Authentication: Sendable {
    private let users: any UserStore
    private let settings: ServerSettings
    private let wrongKeys: WrongKeys
    private let localUser = Mutex<User?>(nil)

    init(users: any UserStore, settings: ServerSettings) {
        self.users = users
        self.settings = settings
        wrongKeys = WrongKeys(perMinute: settings.limits.wrongKeysPerMinute)
    }

    /// Who makes a request; with `anonymous`, one without a key may act for the anonymous user of the settings.
    func caller(_ request: Request, _ context: ParleyRequestContext, anonymous: Bool) throws -> Caller {
        try refuseKeysInQuery(request)
        if context.isLocal { return try socketCaller(request) }
        let fields = request.headers[values: .authorization]
        guard let field = fields.first else { return try callerWithoutKey(anonymous: anonymous) }
        let parts = field.split(separator: " ", maxSplits: 1)
        guard fields.count == 1, parts.count == 2, parts[0].lowercased() == "bearer", parts[1].utf8.count <= 256 else {
            return try wrong(context)
        }
        do {
            return try acting(try users.authenticate(Secret(String(parts[1]))), request)
        } catch let error as ParleyError where error.code == .invalidKey && !(error.cause is EndedKey) {
            return try wrong(context)
        }
    }

    /// The local user administers here, whomever it acts for.
    private func socketCaller(_ request: Request) throws -> Caller {
        guard let name = request.headers[.actingUser] else {
            return Caller(user: try local(), key: nil, administers: true)
        }
        let user = try users.user(named: name)
        let administrator = name == User.localName ? nil : User.localName
        return Caller(user: user, key: nil, administers: true, administrator: administrator)
    }

    /// An administrator may act for somebody else with a key when the settings allow it.
    private func acting(_ caller: Caller, _ request: Request) throws -> Caller {
        guard caller.administers, let name = request.headers[.actingUser], name != caller.user.name else {
            return caller
        }
        guard settings.administratorsRead else {
            throw ParleyError(
                .forbidden,
                "Administrators see what conversations others have, at /admin/users/NAME/conversations, and not what they "
                    + "say. The setting 'admin.read_conversations' allows more."
            )
        }
        var acting = caller
        acting.user = try users.user(named: name)
        acting.administrator = caller.user.name
        return acting
    }

    private func callerWithoutKey(anonymous: Bool) throws -> Caller {
        if anonymous, settings.isLoopback, let name = settings.anonymousUser {
            return Caller(user: try users.user(named: name), key: nil, administers: false)
        }
        if let caller = try keylessCaller() { return caller }
        throw ParleyError(
            .missingKey,
            "You didn't provide an API key. Send it in the header 'Authorization: Bearer YOUR_KEY'."
        )
    }

    /// A server without keys takes any key for none: SDKs always send one.
    private func wrong(_ context: ParleyRequestContext) throws -> Caller {
        if let caller = try keylessCaller() { return caller }
        try wrongKeys.note(context.connection?.address ?? "")
        throw ParleyError(.invalidKey, "Incorrect API key provided.")
    }

    private func keylessCaller() throws -> Caller? {
        guard settings.isLoopback, try !users.hasKeys() else { return nil }
        return Caller(user: try local(), key: nil, administers: false)
    }

    /// Read once: it is there from the first start and never changes.
    private func local() throws -> User {
        if let user = localUser.withLock({ $0 }) { return user }
        let user = try users.user(named: User.localName)
        localUser.withLock { $0 = user }
        return user
    }

    /// A URL ends up in logs, histories and referrers.
    private func refuseKeysInQuery(_ request: Request) throws {
        guard let query = request.uri.query, !query.isEmpty else { return }
        let names: Set = ["key", "api_key", "apikey", "api-key", "access_token", "token"]
        guard Query(query).pairs.contains(where: { names.contains($0.name.lowercased()) || $0.value.hasPrefix("prl_") })
        else { return }
        throw ParleyError(.invalidRequest, "Keys are not allowed in URLs. Send the key in the Authorization header.")
    }
}
