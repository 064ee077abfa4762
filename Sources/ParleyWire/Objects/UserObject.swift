package import Parley

/// A user as administrators see one.
///
/// The name is the id: the row's number never leaves the process.
package enum UserObject {
    package static func json(_ user: User) -> JSON {
        [
            "id": .string(user.name), "object": "user", "name": .string(user.name),
            "role": .string(user.role.rawValue), "created_at": JSON(user.createdAt.seconds),
            "disabled": .bool(user.disabled),
        ]
    }

    /// Reads the body that adds a user.
    package static func new(_ body: JSON.Object) throws -> (name: String, role: User.Role) {
        let members = ObjectMembers(body)
        let name = try members.requiredString("name")
        guard let role = try members.string("role") else { return (name, .user) }
        guard let role = User.Role(rawValue: role) else {
            throw ParleyError(.invalidValue, "'role' must be 'user' or 'admin'.", parameter: "role")
        }
        return (name, role)
    }
}
