/// Someone whose conversations are kept apart from everyone else's.
package struct User: Hashable, Sendable, Identifiable {
    /// The row of the `person` table.
    ///
    /// Small and sequential, so it never leaves the process; people say the name.
    package struct ID: Hashable, Sendable {
        package var rawValue: Int64
        package init(_ rawValue: Int64) { self.rawValue = rawValue }
    }

    package var id: ID
    package var name: String
    package var role: Role
    package var createdAt: Timestamp
    package var disabled: Bool

    package enum Role: String, CaseIterable, Sendable {
        case user
        case admin
    }

    package init(id: ID, name: String, role: Role, createdAt: Timestamp, disabled: Bool) {
        self.id = id
        self.name = name
        self.role = role
        self.createdAt = createdAt
        self.disabled = disabled
    }

    /// The user of the machine itself: owns what is said on the command line, and without any key.
    package static let localName = "local"
}
