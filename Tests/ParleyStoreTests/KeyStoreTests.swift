import Parley
import ParleyStore
import Testing

/// The life of a key: scopes, expiry, rotation, and what the audit log says of it.
struct KeyStoreTests {
    private static let root = AuditEvent.Actor(user: "root", key: "abc")

    @Test func anExpiredKeyIsAWrongKey() async throws {
        try await TemporaryStore.with { place in
            let past = Timestamp.now.adding(.seconds(-1))
            let new = NewKey(owner: place.user.id, expiresAt: past)
            let (key, secret) = try await place.store.createKey(new, by: Self.root)
            #expect {
                _ = try place.store.authenticate(secret)
            } throws: { error in
                (error as? ParleyError)?.code == .invalidKey
            }
            #expect(key.expiresAt == past)
            // No server opens itself by the passing of time.
            #expect(try place.store.hasKeys())
        }
    }

    @Test func aRotatedKeyOverlapsTheNewOne() async throws {
        try await TemporaryStore.with { place in
            let scopes = try KeyScopes("chat")
            let new = NewKey(owner: place.user.id, label: "ci", scopes: scopes)
            let (old, oldSecret) = try await place.store.createKey(new, by: Self.root)
            let spender = Spender(user: place.user.id, key: old.id)
            _ = try await place.store.setAllowance([.tokensPerDay: 9], of: spender, named: old.handle, by: Self.root)
            let (key, secret) = try await place.store.rotateKey(old.handle, overlap: .seconds(3600), by: Self.root)
            #expect(key.label == "ci" && key.scopes == scopes && key.expiresAt == nil)
            #expect(place.store.allowance(of: Spender(user: place.user.id, key: key.id))[.tokensPerDay] == 9)
            let caller = try place.store.authenticate(oldSecret)
            #expect(caller.expiresAt.map { $0 > .now && $0 <= Timestamp.now.adding(.seconds(3600)) } == true)
            #expect(try place.store.authenticate(secret).expiresAt == nil)
            _ = try await place.store.rotateKey(key.handle, overlap: .zero, by: Self.root)
            #expect(throws: ParleyError.self) { _ = try place.store.authenticate(secret) }
            await #expect {
                _ = try await place.store.rotateKey(key.handle, overlap: .zero, by: Self.root)
            } throws: { error in
                (error as? ParleyError)?.code == .notFound
            }
        }
    }

    @Test func aKeyThatExpiresIsReplacedByOneThatLastsAsLong() async throws {
        try await TemporaryStore.with { place in
            let end = Timestamp.now.adding(.seconds(1000))
            let (old, _) = try await place.store.createKey(NewKey(owner: place.user.id, expiresAt: end), by: Self.root)
            let (key, _) = try await place.store.rotateKey(old.handle, overlap: .seconds(100_000), by: Self.root)
            let lifetime = (key.expiresAt?.milliseconds ?? 0) - key.createdAt.milliseconds
            #expect((999_000...1_001_000).contains(lifetime))
            #expect(try place.store.key(old.handle).expiresAt == end)
        }
    }

    @Test func aDisabledUsersKeysLetNobodyIn() async throws {
        try await TemporaryStore.with { place in
            let anna = try await place.store.addUser("anna", role: .user)
            let (_, secret) = try await place.store.createKey(for: anna.id, label: "")
            let off = try await place.store.updateUser("anna", UserChange(disabled: true), by: Self.root)
            #expect(off.disabled)
            #expect(throws: ParleyError.self) { _ = try place.store.authenticate(secret) }
            _ = try await place.store.updateUser("anna", UserChange(role: .admin, disabled: false), by: Self.root)
            #expect(try place.store.authenticate(secret).administers)
            await #expect(throws: ParleyError.self) {
                try await place.store.updateUser("local", UserChange(disabled: true), by: Self.root)
            }
            await #expect(throws: ParleyError.self) {
                try await place.store.updateUser("nobody", UserChange(disabled: true), by: Self.root)
            }
        }
    }

    @Test func anAdministratorsKeyNeedsTheScope() async throws {
        try await TemporaryStore.with { place in
            for (scopes, administers) in [(nil, true), ("chat", false), ("chat,admin", true)] as [(String?, Bool)] {
                let new = NewKey(owner: place.user.id, scopes: try scopes.map { try KeyScopes($0) })
                let (_, secret) = try await place.store.createKey(new, by: Self.root)
                #expect(try place.store.authenticate(secret).administers == administers)
            }
        }
    }

    @Test func everyChangeIsInTheAuditLog() async throws {
        try await TemporaryStore.with { place in
            let anna = try await place.store.addUser("anna", role: .user, by: Self.root)
            let (key, _) = try await place.store.createKey(NewKey(owner: anna.id, label: "x"), by: Self.root)
            let (next, secret) = try await place.store.rotateKey(key.handle, overlap: .zero, by: Self.root)
            try await place.store.revokeKey(next.handle, by: Self.root)
            _ = try await place.store.updateUser("anna", UserChange(disabled: true), by: Self.root)
            let entries = try await place.store.auditEntries(AuditQuery()).elements
            let told = entries.reversed().map { "\($0.event.action.rawValue) \($0.event.subject)" }
            #expect(
                told == [
                    "user.add anna", "key.create \(key.handle)", "key.rotate \(key.handle)",
                    "key.revoke \(next.handle)", "user.change anna",
                ]
            )
            #expect(entries.allSatisfy { $0.event.actor == Self.root })
            let secretPart = secret.revealed.split(separator: "_")[2]
            #expect(!entries.contains { JSON.object($0.event.details).text.contains(secretPart) })
        }
    }
}
