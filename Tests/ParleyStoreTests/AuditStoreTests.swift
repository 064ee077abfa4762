import Parley
import ParleySQLite
import ParleyStore
import Testing

/// The audit log, and what betrays that it was tampered with.
struct AuditStoreTests {
    private static func filled(_ place: TemporaryStore, _ count: Int = 5) async throws {
        for index in 0..<count {
            let action: AuditEvent.Action = index.isMultiple(of: 2) ? .keyCreated : .exported
            let actor = AuditEvent.Actor(user: index < 3 ? "anna" : "root", key: "handle\(index)")
            try await place.store.record(AuditEvent(action, by: actor, subject: "s\(index)"))
        }
    }

    private static func tamper(_ place: TemporaryStore, _ sql: String) async throws {
        _ = try await place.database.write(.turn) { try $0.run(sql) }
    }

    @Test func theNewestComesFirstAndFiltersNarrow() async throws {
        try await TemporaryStore.with { place in
            try await Self.filled(place)
            let all = try await place.store.auditEntries(AuditQuery(limit: 3))
            #expect(all.elements.map(\.number) == [5, 4, 3] && all.hasMore)
            #expect(all.elements.first?.event.subject == "s4" && all.elements.first?.event.actor.key == "handle4")
            let rest = try await place.store.auditEntries(AuditQuery(after: 3))
            #expect(rest.elements.map(\.number) == [2, 1] && !rest.hasMore)
            let keys = try await place.store.auditEntries(AuditQuery(action: .keyCreated, user: "anna"))
            #expect(keys.elements.map(\.number) == [3, 1])
            let early = try await place.store.auditEntries(AuditQuery(until: Timestamp(milliseconds: 1)))
            #expect(early.elements.isEmpty)
        }
    }

    @Test func onAFullDiskReadingIsStillNoted() async throws {
        let first = try await TemporaryStore()
        await first.close()
        let full = try await TemporaryStore(directory: first.directory, lowWater: .max)
        try await full.store.record(AuditEvent(.exported, by: .init(user: "anna", key: nil), subject: "s"))
        #expect(try await full.store.auditEntries(AuditQuery()).elements.map(\.event.subject) == ["s"])
        await full.remove()
    }

    @Test func aWholeLogIsWhole() async throws {
        try await TemporaryStore.with { place in
            #expect(try await place.store.verifyAudit(containing: nil).broken == nil)
            try await Self.filled(place, 1100)
            let verdict = try await place.store.verifyAudit(containing: nil)
            #expect(verdict.broken == nil && verdict.entries == 1100)
            let first = try await place.store.auditEntries(AuditQuery(after: 2)).elements.first?.hash
            #expect(try await place.store.verifyAudit(containing: first).broken == nil)
            let other = String(repeating: "0", count: 64)
            #expect(try await place.store.verifyAudit(containing: other).broken?.number == 1100)
        }
    }

    @Test(arguments: [
        ("UPDATE audit SET entry = replace(entry, 's2', 'x') WHERE id = 3", 3),
        ("UPDATE audit SET hash = x'00' WHERE id = 2", 2),
        ("UPDATE audit SET actor = 'eve' WHERE id = 4", 4),
        ("UPDATE audit SET action = 'prune' WHERE id = 4", 4),
        ("UPDATE audit SET created_at = 0 WHERE id = 1", 1),
        ("DELETE FROM audit WHERE id = 1", 1),
        ("DELETE FROM audit WHERE id = 3", 3),
        ("DELETE FROM audit WHERE id >= 4", 4),
        ("DELETE FROM audit", 1),
        ("DELETE FROM audit_head", 6),
        ("UPDATE audit_head SET last_id = 4", 5),
        ("UPDATE audit_head SET hash = x'00'", 5),
    ])
    func whatWasTamperedWithIsNamed(_ sql: String, _ number: Int64) async throws {
        try await TemporaryStore.with { place in
            try await Self.filled(place)
            try await Self.tamper(place, sql)
            let verdict = try await place.store.verifyAudit(containing: nil)
            #expect(verdict.broken?.number == number, "\(sql): \(verdict.broken?.reason ?? "whole")")
        }
    }

    @Test func rowsThatChangedPlacesAreNamed() async throws {
        try await TemporaryStore.with { place in
            try await Self.filled(place)
            for (from, to) in [(2, 100), (3, 2), (100, 3)] {
                try await Self.tamper(place, "UPDATE audit SET id = \(to) WHERE id = \(from)")
            }
            #expect(try await place.store.verifyAudit(containing: nil).broken?.number == 2)
        }
    }

    @Test func whatComesAfterACutDoesNotHideIt() async throws {
        try await TemporaryStore.with { place in
            try await Self.filled(place)
            try await Self.tamper(place, "DELETE FROM audit WHERE id >= 4")
            try await Self.filled(place, 2)
            let verdict = try await place.store.verifyAudit(containing: nil)
            #expect(verdict.broken?.number == 4 && verdict.entries == 3)
        }
    }
}
