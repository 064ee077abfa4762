package import Parley
import Synchronization

extension Store: UserStore {
    package func addUser(_ name: String, role: User.Role, by actor: AuditEvent.Actor) async throws -> User {
        guard Self.isValid(name) else {
            throw ParleyError(
                .invalidValue,
                "A user's name is 1 to 64 letters, digits and . _ @ - characters.",
                parameter: "name"
            )
        }
        return try await database.write(.turn) { connection in
            guard let user = try Self.insertUser(name, role: role, connection) else {
                throw ParleyError(.conflict, "There is a user '\(name)' already.", parameter: "name")
            }
            let details = JSON.Object([.init(name: "role", value: .string(role.rawValue))])
            try Self.audit(AuditEvent(.userAdded, by: actor, subject: name, details: details), connection)
            return user
        }
    }

    package func updateUser(_ name: String, _ change: UserChange, by actor: AuditEvent.Actor) async throws -> User {
        guard name != User.localName || change.isEmpty else {
            throw ParleyError(.invalidValue, "The user '\(name)' is this machine's own and stays as it is.")
        }
        let user = try await database.write(.turn) { connection in
            try Self.update(name, change, connection)
            let user = try connection.row(Self.selectUser + " WHERE name = ?", .text(name), decode: Self.user)
            guard let user else { throw ParleyError.notFound("User", name) }
            if !change.isEmpty {
                let event = AuditEvent(.userChanged, by: actor, subject: name, details: change.details)
                try Self.audit(event, connection)
            }
            return user
        }
        keys.withLock { $0.change() }
        return user
    }

    private static func update(_ name: String, _ change: UserChange, _ connection: any Connection) throws {
        if let role = change.role {
            try connection.run("UPDATE person SET role = ? WHERE name = ?", .text(role.rawValue), .text(name))
        }
        if let disabled = change.disabled {
            try connection.run(
                "UPDATE person SET disabled_at = CASE WHEN ? = 1 THEN coalesce(disabled_at, ?) END WHERE name = ?",
                .bool(disabled),
                .integer(Timestamp.now.milliseconds),
                .text(name)
            )
        }
    }

    package func user(named name: String) throws -> User {
        let user = try database.read { connection in
            try connection.row(Self.selectUser + " WHERE name = ?", .text(name), decode: Self.user)
        }
        guard let user else { throw ParleyError.notFound("User", name) }
        return user
    }

    package func users() throws -> [User] {
        try database.read { try $0.rows(Self.selectUser + " ORDER BY name", decode: Self.user) }
    }

    private static func isValid(_ name: String) -> Bool {
        (1...64).contains(name.count)
            && name.allSatisfy { $0.isLetter || $0.isNumber || "._@-".contains($0) }
    }
}

extension Store {
    static let selectUser = "SELECT id, name, role, created_at, disabled_at FROM person"

    static func user(_ row: any Row) throws -> User {
        User(
            id: User.ID(try row.integer(0)),
            name: try row.text(1),
            role: User.Role(rawValue: try row.text(2)) ?? .user,
            createdAt: Timestamp(milliseconds: try row.integer(3)),
            disabled: try row.integerOrNil(4) != nil
        )
    }

    /// - Returns: `nil` when the name is taken.
    @discardableResult
    static func insertUser(_ name: String, role: User.Role, _ connection: any Connection) throws -> User? {
        try connection.row(
            """
            INSERT INTO person (id, name, role, hash_key, created_at)
            VALUES (\(Self.nextPerson), ?, ?, ?, ?)
            ON CONFLICT (name) DO NOTHING
            RETURNING id, name, role, created_at, disabled_at
            """,
            .text(name),
            .text(role.rawValue),
            .blob(newHashKey()),
            .integer(Timestamp.now.milliseconds),
            decode: user
        )
    }

    /// A number that nobody has had, for what was sealed for an erased person must not open for another.
    private static let nextPerson = """
        (
            SELECT coalesce(max(given.id), 0) + 1
            FROM (
                SELECT id FROM person
                UNION ALL
                SELECT person_id FROM erasure
            ) AS given
        )
        """

    static func newHashKey() -> [UInt8] { Identifier<User>.random().bytes + Identifier<User>.random().bytes }

    static func addLocalUser(_ connection: any Connection) throws {
        try insertUser(User.localName, role: .admin, connection)
    }
}

extension UserChange {
    fileprivate var details: JSON.Object {
        var details = JSON.Object()
        if let role { details.append("role", .string(role.rawValue)) }
        if let disabled { details.append("disabled", .bool(disabled)) }
        return details
    }
}
