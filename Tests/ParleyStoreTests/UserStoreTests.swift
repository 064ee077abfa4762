import Parley
import ParleySQLite
import ParleyStore
import Testing

/// Users and their keys.
struct UserStoreTests {
    @Test func theLocalUserExists() async throws {
        try await TemporaryStore.with { store in
            let names = try store.store.users().map(\.name)
            #expect(names == ["local"])
            #expect(try !store.store.hasKeys())
        }
    }

    @Test func aNameIsTakenOnce() async throws {
        try await TemporaryStore.with { store in
            _ = try await store.store.addUser("小明", role: .user)
            await #expect { try await store.store.addUser("小明", role: .user) } throws: { code($0) == .conflict }
        }
    }

    @Test(arguments: ["", " ", "a b", "a/b", String(repeating: "x", count: 65), "a\u{1B}b"])
    func aNameThatCannotBeIsRefused(_ name: String) async throws {
        try await TemporaryStore.with { store in
            await #expect { try await store.store.addUser(name, role: .user) } throws: { code($0) == .invalidValue }
        }
    }

    @Test func aKeyLetsItsOwnerInUntilItIsRevoked() async throws {
        try await TemporaryStore.with { store in
            let anna = try await store.store.addUser("anna", role: .user)
            let (key, secret) = try await store.store.createKey(for: anna.id, label: "laptop")
            #expect(secret.revealed.hasPrefix("prl_\(key.handle)_"))
            #expect(try store.store.authenticate(secret).user.name == "anna")
            #expect(try store.store.hasKeys())
            try await store.store.revokeKey(key.handle)
            // A server that had a key goes on asking for one.
            #expect(try store.store.hasKeys())
            #expect { try store.store.authenticate(secret) } throws: { code($0) == .invalidKey }
            await #expect { try await store.store.revokeKey(key.handle) } throws: { code($0) == .notFound }
        }
    }

    @Test func whatIsNotAKeyLetsNobodyIn() async throws {
        try await TemporaryStore.with { store in
            let (_, secret) = try await store.store.createKey(for: store.user.id, label: "")
            let text = secret.revealed
            for wrong in ["", "x", "prl_", String(text.dropLast()), text + "0", text.uppercased(), "sk-" + text] {
                #expect { try store.store.authenticate(Secret(wrong)) } throws: { code($0) == .invalidKey }
            }
        }
    }

    @Test func theSecretIsNowhereInTheDatabase() async throws {
        try await TemporaryStore.with { store in
            let (_, secret) = try await store.store.createKey(for: store.user.id, label: "")
            let part = secret.revealed.split(separator: "_")[2]
            let rows = try store.database.read { connection in
                try connection.rows(
                    "SELECT count(*) FROM api_key WHERE instr(hex(digest), hex(?)) > 0",
                    .text(String(part))
                ) {
                    try $0.integer(0)
                }
            }
            #expect(rows == [0])
            #expect(!"\(secret)".contains(part) && !String(reflecting: secret).contains(part))
        }
    }

    private func code(_ error: any Error) -> ParleyError.Code? { (error as? ParleyError)?.code }
}
