import Parley
import ParleyServer
import ParleyStore

extension TestServer {
    struct NotListening: Error {}

    /// Sends one request over TCP on a connection of its own.
    func send(
        _ method: String,
        _ path: String,
        _ headers: [String: String] = [:],
        _ body: String = ""
    ) async throws -> RawAnswer {
        try await connect { connection in
            try await connection.request(method, path, headers, Array(body.utf8))
            return try await connection.answer(toHead: method == "HEAD")
        }
    }

    /// Sends one request over the socket.
    func command(
        _ method: String,
        _ path: String,
        _ headers: [String: String] = [:],
        _ body: String = ""
    ) async throws -> RawAnswer {
        guard let socket else { throw NotListening() }
        return try await RawConnection.with(socket) { connection in
            try await connection.request(method, path, headers, Array(body.utf8))
            return try await connection.answer()
        }
    }

    func connect<Value>(_ body: (inout RawConnection) async throws -> Value) async throws -> Value {
        guard let tcp else { throw NotListening() }
        return try await RawConnection.with(tcp, body)
    }

    /// A new conversation's id.
    func conversation(_ body: String = "{}") async throws -> String {
        try await send("POST", "/v1/conversations", [:], body).json["id"]?.string ?? ""
    }

    /// Makes a user with a key; from then on the server asks for one.
    func key(of name: String, role: User.Role = .user) async throws -> [String: String] {
        let user = try await store.addUser(name, role: role)
        let secret = try await store.createKey(for: user.id, label: "").secret
        return ["Authorization": "Bearer \(secret.revealed)"]
    }
}
