package import Parley

/// An API key as administrators see one.
///
/// Its secret is shown once, when it is made.
package enum KeyObject {
    package static func json(_ key: APIKey, limits: Allowance = Allowance(), secret: Secret? = nil) -> JSON {
        var object = JSON.Object([
            .init(name: "id", value: .string(key.handle)), .init(name: "object", value: "api_key"),
            .init(name: "handle", value: .string(key.handle)), .init(name: "user", value: .string(key.ownerName)),
            .init(name: "label", value: .string(key.label)),
            .init(name: "scopes", value: key.scopes.map { .array($0.names.map(JSON.string)) } ?? .null),
            .init(name: "limits", value: LimitsObject.json(limits)),
            .init(name: "created_at", value: JSON(key.createdAt.seconds)),
            .init(name: "last_used_at", value: time(key.lastUsedAt)),
            .init(name: "expires_at", value: time(key.expiresAt)),
            .init(name: "revoked_at", value: time(key.revokedAt)),
        ])
        if let secret { object.append("key", .string(secret.revealed)) }
        return .object(object)
    }

    package static func revoked(_ handle: String) -> JSON {
        ["id": .string(handle), "object": "api_key.revoked", "handle": .string(handle), "revoked": true]
    }

    private static func time(_ time: Timestamp?) -> JSON { time.map { JSON($0.seconds) } ?? .null }
}

extension KeyObject {
    /// The longest life of a key, and the longest overlap of two, in seconds: ten years.
    private static let longest = 315_360_000

    /// Reads the body that makes a key: the name of its user, and the key once that is known.
    package static func new(_ body: JSON.Object) throws -> (user: String, key: (User.ID) -> NewKey) {
        let members = ObjectMembers(body)
        let label = try members.string("label") ?? ""
        guard label.count <= 64 else {
            throw ParleyError(.stringTooLong, "'label' must have at most 64 characters.", parameter: "label")
        }
        let scopes = try scopes(members)
        let lifetime = try members.integer("expires_in", in: 1...longest)
        let end = lifetime.map { Timestamp.now.adding(.seconds($0)) }
        return (
            try members.requiredString("user"),
            { NewKey(owner: $0, label: label, scopes: scopes, expiresAt: end) }
        )
    }

    /// Reads the body of a rotation: for how long both keys are good.
    package static func overlap(_ body: JSON.Object) throws -> Duration {
        .seconds(try ObjectMembers(body).integer("overlap", in: 0...longest) ?? 0)
    }

    private static func scopes(_ members: ObjectMembers) throws -> KeyScopes? {
        guard let list = try members.array("scopes") else { return nil }
        let names = list.compactMap(\.string)
        guard names.count == list.count else {
            throw ParleyError(.invalidType, "'scopes' must be an array of strings.", parameter: "scopes")
        }
        return try KeyScopes(names.joined(separator: ","))
    }
}
