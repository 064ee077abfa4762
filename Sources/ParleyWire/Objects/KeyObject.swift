package import Parley

/// An API key as administrators see one.
///
/// Its secret is shown once, when it is made.
package enum KeyObject {
    package static func json(_ key: APIKey, secret: Secret? = nil) -> JSON {
        var object = JSON.Object([
            .init(name: "id", value: .string(key.handle)), .init(name: "object", value: "api_key"),
            .init(name: "handle", value: .string(key.handle)), .init(name: "user", value: .string(key.ownerName)),
            .init(name: "label", value: .string(key.label)),
            .init(name: "created_at", value: JSON(key.createdAt.seconds)),
            .init(name: "last_used_at", value: key.lastUsedAt.map { JSON($0.seconds) } ?? .null),
            .init(name: "revoked_at", value: key.revokedAt.map { JSON($0.seconds) } ?? .null),
        ])
        if let secret { object.append("key", .string(secret.revealed)) }
        return .object(object)
    }

    package static func revoked(_ handle: String) -> JSON {
        ["id": .string(handle), "object": "api_key.revoked", "handle": .string(handle), "revoked": true]
    }

    /// Reads the body that makes a key.
    package static func new(_ body: JSON.Object) throws -> (user: String, label: String) {
        let members = ObjectMembers(body)
        let label = try members.string("label") ?? ""
        guard label.count <= 64 else {
            throw ParleyError(.stringTooLong, "'label' must have at most 64 characters.", parameter: "label")
        }
        return (try members.requiredString("user"), label)
    }
}
