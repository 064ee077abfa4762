/// What is to be changed of a user; `nil` stays as it is.
package struct UserChange: Sendable {
    package var role: User.Role?
    package var disabled: Bool?

    package init(role: User.Role? = nil, disabled: Bool? = nil) {
        self.role = role
        self.disabled = disabled
    }

    package var isEmpty: Bool { role == nil && disabled == nil }
}
