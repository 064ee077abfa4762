import Foundation
import Parley
import ParleyInterchange
import Testing

/// `RECORD=1` writes what is read now; look at the difference before keeping it.
@Suite("What becomes of other programs' exports")
struct GoldenTests {
    @Test("is what was recorded", arguments: Fixture.texts + Fixture.databases)
    func isAsRecorded(fixture: Fixture) throws {
        let found = try fixture.steps().flatMap(\.lines).joined(separator: "\n") + "\n"
        if ProcessInfo.processInfo.environment["RECORD"] == "1" {
            try Data(found.utf8).write(to: URL(fileURLWithPath: fixture.source + ".golden"))
        }
        let recorded = try String(contentsOfFile: fixture.file + ".golden", encoding: .utf8)
        #expect(found == recorded)
    }

    @Test("does not depend on the pieces in which a file comes", arguments: Fixture.texts)
    func piecesDoNotMatter(fixture: Fixture) throws {
        let whole = try fixture.steps().flatMap(\.lines)
        for size in [1, 3, 7, 1000] { #expect(try fixture.steps(of: size).flatMap(\.lines) == whole) }
    }

    @Test("is in order: parents before children, and every key once", arguments: Fixture.texts + Fixture.databases)
    func isInOrder(fixture: Fixture) throws {
        for imported in try fixture.conversations() {
            var seen: Set<String> = []
            for item in imported.items {
                #expect(item.parent.map(seen.contains) ?? true)
                #expect(seen.insert(item.key).inserted)
            }
            #expect(imported.conversation.tip.map(seen.contains) ?? true)
        }
    }

    @Test("has a call for every result", arguments: Fixture.texts + Fixture.databases)
    func resultsHaveCalls(fixture: Fixture) throws {
        for imported in try fixture.conversations() {
            let calls = Set(imported.items.filter { $0.content.kind == .functionCall }.map(\.content.callID))
            for item in imported.items where item.content.kind == .functionCallOutput {
                #expect(calls.contains(item.content.callID))
            }
        }
    }

    @Test("holds no key, no token and no account", arguments: Fixture.texts + Fixture.databases)
    func holdsNoSecrets(fixture: Fixture) throws {
        let text = try fixture.steps().flatMap(\.lines).joined(separator: "\n")
        for secret in ["sk-", "NEVER", "secret", "api_key", "apiKey", "accessCode", "account"] {
            #expect(!text.contains(secret))
        }
    }
}
