package import Parley

/// A user as administrators see one.
///
/// The name is the id: the row's number never leaves the process.
package enum UserObject {
    package static func json(_ user: User) -> JSON { .object(object(user)) }

    /// With what the user may use and has used.
    package static func json(_ user: User, limits: Allowance, today: Spent, thisMonth: Spent) -> JSON {
        var object = object(user)
        object.append("limits", LimitsObject.json(limits))
        object.append("spent", ["day": LimitsObject.json(today), "month": LimitsObject.json(thisMonth)])
        return .object(object)
    }

    private static func object(_ user: User) -> JSON.Object {
        JSON.Object([
            .init(name: "id", value: .string(user.name)), .init(name: "object", value: "user"),
            .init(name: "name", value: .string(user.name)), .init(name: "role", value: .string(user.role.rawValue)),
            .init(name: "created_at", value: JSON(user.createdAt.seconds)),
            .init(name: "disabled", value: .bool(user.disabled)),
        ])
    }

    /// Reads the body that adds a user.
    package static func new(_ body: JSON.Object) throws -> (name: String, role: User.Role) {
        let members = ObjectMembers(body)
        return (try members.requiredString("name"), try role(members) ?? .user)
    }

    /// Reads the body that changes one.
    package static func change(_ body: JSON.Object) throws -> UserChange {
        let members = ObjectMembers(body)
        return UserChange(role: try role(members), disabled: try members.bool("disabled"))
    }

    private static func role(_ members: ObjectMembers) throws -> User.Role? {
        guard let text = try members.string("role") else { return nil }
        guard let role = User.Role(rawValue: text) else {
            throw ParleyError(.invalidValue, "'role' must be 'user' or 'admin'.", parameter: "role")
        }
        return role
    }
}
