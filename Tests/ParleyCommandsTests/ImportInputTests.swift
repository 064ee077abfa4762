import Foundation
import Parley
import Testing

/// The real program, and what lies beside the conversations of an export.
@Suite("What an import reads", .timeLimit(.minutes(5)))
struct ImportInputTests {
    /// A fixture of the tests of the formats.
    private static func fixture(_ path: String) -> String {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return tests.path + "/ParleyInterchangeTests/Fixtures/" + path
    }

    private func piped(_ path: String, _ place: Workplace) async throws -> (end: ParleyProcess.End, left: [String]) {
        let temporary = place.folder.path + "/tmp"
        try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: Self.fixture(path)))
        let end = try await place.parley(
            "sessions",
            "import",
            "-",
            "--json",
            bytes: bytes,
            settings: ["TMPDIR": temporary]
        )
        return (end, try FileManager.default.contentsOfDirectory(atPath: temporary))
    }

    @Test("may be an archive that comes through a pipe, of which nothing stays behind")
    func pipedArchive() async throws {
        try await Workplace.with { place in
            let (end, left) = try await piped("zip/shards.zip", place)
            #expect(end.json["conversations"]?["new"] == 2)
            #expect(end.json["missing_parts"] == ["conversations-002.json"])
            #expect(left == [])
            let again = try await place.parley("sessions", "import", Self.fixture("zip/shards.zip"), "--json")
            #expect(again.json["items"]?["new"] == 0)
        }
    }

    @Test("is refused through a pipe as it is from a file", arguments: [("bomb", "far more"), ("cut", "truncated")])
    func pipedBombs(name: String, reason: String) async throws {
        try await Workplace.with { place in
            let (end, left) = try await piped("zip/\(name).zip", place)
            #expect(end.status == 65)
            #expect(end.output.contains(reason))
            #expect(left == [])
        }
    }

    @Test("through a pipe cannot be a database, and the message says what to do")
    func pipedDatabase() async throws {
        try await Workplace.with { place in
            let end = try await piped("llm/legacy.db", place).end
            #expect(end.status == 65)
            #expect(end.output.contains("Name its file"))
        }
    }

    @Test("takes the ratings of ChatGPT's answers from their own file", arguments: ["zip/rated.zip", "rated"])
    func ratings(path: String) async throws {
        try await Workplace.with { place in
            let end = try await place.parley("sessions", "import", Self.fixture(path), "--json")
            #expect(end.status == 0, "\(end.errors) \(end.output)")
            let lines = try await place.parley("sessions", "export", "--all", "--format", "parley").output
            let rated = lines.split(separator: "\n").compactMap { line -> Int? in
                (try? JSON(parsing: String(line)))?["rating"]?.int
            }
            #expect(rated == [1, -1])
        }
    }

    @Test("counts Claude's projects and memories as left out", arguments: ["zip/claude.zip", "claude-export"])
    func leftOut(path: String) async throws {
        try await Workplace.with { place in
            let end = try await place.parley("sessions", "import", Self.fixture(path), "--json")
            #expect(end.status == 0, "\(end.errors) \(end.output)")
            #expect(end.json["left_out"]?["project"] == 3)
            #expect(end.json["left_out"]?["memory"] == 1)
            #expect(end.json["conversations"]?["new"] == 1)
            #expect(end.json["passed_over"] == [] && end.json["not_understood"] == [])
            let told = try await place.parley("sessions", "import", "--dry-run", Self.fixture(path)).output
            #expect(told.contains("3 projects, which are not conversations: left out"))
        }
    }
}
