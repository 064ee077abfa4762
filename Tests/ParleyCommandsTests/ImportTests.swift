import Foundation
import Parley
import Testing

/// The real program, with exports of other programs.
@Suite("Importing", .timeLimit(.minutes(5)))
struct ImportTests {
    /// A small export of ChatGPT: `turns` questions, each with its answer.
    private static func chatGPT(_ id: String, turns: Int) -> JSON {
        var mapping: JSON = ["root": ["id": "root", "message": nil, "parent": nil, "children": ["u1"]]]
        var parent = "root"
        for turn in 1...turns {
            for (name, role) in [("u\(turn)", "user"), ("a\(turn)", "assistant")] {
                var object = mapping.object ?? JSON.Object()
                object.append(name, node(name, role, "\(role) \(turn)", behind: parent))
                mapping = .object(object)
                parent = name
            }
        }
        return [
            "conversation_id": .string(id), "title": .string("About \(id)"), "create_time": 1_700_000_000,
            "mapping": mapping, "current_node": .string(parent),
        ]
    }

    private static func node(_ id: String, _ role: String, _ text: String, behind parent: String) -> JSON {
        [
            "id": .string(id), "parent": .string(parent), "children": [],
            "message": [
                "id": .string(id), "author": ["role": .string(role)], "create_time": 1_700_000_000,
                "content": ["content_type": "text", "parts": [.string(text)]], "metadata": ["request_id": "r"],
            ],
        ]
    }

    private func write(_ json: JSON, to name: String, in place: Workplace) throws {
        try Data(json.encoded).write(to: place.folder.appendingPathComponent(name))
    }

    @Test("adds nothing the second time, and of a larger export only what is new")
    func addsWhatIsNew() async throws {
        try await Workplace.with { place in
            try write([Self.chatGPT("one", turns: 2), Self.chatGPT("two", turns: 1)], to: "export.json", in: place)
            let first = try await place.parley("sessions", "import", "export.json", "--json")
            #expect(first.status == 0, "\(first.errors)")
            #expect(first.json["conversations"]?["new"] == 2)
            #expect(first.json["items"]?["new"] == 6)
            #expect(first.json["formats"]?["chatgpt"] == 2)

            let second = try await place.parley("sessions", "import", "export.json", "--json")
            #expect(second.json["conversations"]?["new"] == 0)
            #expect(second.json["conversations"]?["known"] == 2)
            #expect(second.json["items"]?["new"] == 0)

            try write([Self.chatGPT("one", turns: 3), Self.chatGPT("three", turns: 1)], to: "later.json", in: place)
            let later = try await place.parley("sessions", "import", "later.json", "--json")
            #expect(later.json["conversations"]?["new"] == 1)
            #expect(later.json["conversations"]?["updated"] == 1)
            #expect(later.json["items"]?["new"] == 4)

            let list = try await place.parley("sessions", "list", "--json").json.array ?? []
            #expect(Set(list.compactMap { $0["title"]?.string }) == ["About one", "About two", "About three"])
        }
    }

    @Test("stores nothing when it only says what it would do")
    func dryRun() async throws {
        try await Workplace.with { place in
            try write([Self.chatGPT("one", turns: 2)], to: "export.json", in: place)
            let end = try await place.parley("sessions", "import", "--dry-run", "export.json", "--json")
            #expect(end.status == 0, "\(end.errors)")
            #expect(end.json["dry_run"] == true)
            #expect(end.json["conversations"]?["new"] == 1)
            let list = try await place.parley("sessions", "list", "--json").json
            #expect(list == [])
        }
    }

    @Test("goes on behind a broken conversation, reports it and ends with 1")
    func brokenConversation() async throws {
        try await Workplace.with { place in
            let broken: JSON = ["title": "Broken", "mapping": nil]
            try write([Self.chatGPT("one", turns: 1), broken, Self.chatGPT("two", turns: 1)], to: "e.json", in: place)
            let end = try await place.parley("sessions", "import", "e.json", "--json")
            #expect(end.status == 1)
            #expect(end.json["conversations"]?["new"] == 2)
            #expect(end.json["problems"]?.array?.first?["conversation"] == "Broken")
        }
    }

    @Test("ends with 65 and names what it knows when a file is not understood")
    func notUnderstood() async throws {
        try await Workplace.with { place in
            try write(["nothing": "that is known"], to: "other.json", in: place)
            try write([Self.chatGPT("one", turns: 1)], to: "export.json", in: place)
            let end = try await place.parley("sessions", "import", "other.json", "export.json")
            #expect(end.status == 65)
            #expect(end.output.contains("Open WebUI"))
            #expect(end.output.contains("1 new"))
        }
    }

    @Test("walks folders, passes over what is no export, and follows no links")
    func folders() async throws {
        try await Workplace.with { place in
            let folder = place.folder.appendingPathComponent("exports")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try write([Self.chatGPT("one", turns: 1)], to: "exports/a.json", in: place)
            try write(["nothing": "known"], to: "exports/b.json", in: place)
            try write([Self.chatGPT("elsewhere", turns: 1)], to: "outside.json", in: place)
            try FileManager.default.createSymbolicLink(
                at: folder.appendingPathComponent("link.json"),
                withDestinationURL: place.folder.appendingPathComponent("outside.json")
            )
            let end = try await place.parley("sessions", "import", "exports", "--json")
            #expect(end.status == 0, "\(end.errors)")
            #expect(end.json["conversations"]?["new"] == 1)
            #expect(end.json["passed_over"]?.array?.count == 1)
        }
    }

    @Test("reads standard input, and asks a server that runs")
    func standardInput() async throws {
        try await Workplace.with { place in
            let (server, url) = try await place.serve()
            let lines = (1...50).map {
                #"{"messages":[{"role":"user","content":"q\#($0)"},{"role":"assistant","content":"a"}]}"#
            }
            let input = lines.joined(separator: "\n")
            let end = try await place.parley("sessions", "import", "-", "--url", url, "--json", input: input)
            #expect(end.status == 0, "\(end.errors)")
            #expect(end.json["conversations"]?["new"] == 50)
            let again = try await place.parley("sessions", "import", "-", "--json", input: input)
            #expect(again.json["conversations"]?["known"] == 50)
            server.signal(SIGTERM)
            _ = await server.end()
        }
    }

    @Test(
        "refuses archives that are bombs, locked or cut, and writes nothing where their names point",
        arguments: [("bomb", "far more"), ("encrypted", "is encrypted"), ("cut", "truncated")]
    )
    func archives(name: String, reason: String) async throws {
        try await Workplace.with { place in
            let end = try await place.parley("sessions", "import", Self.archive(name))
            #expect(end.status == 65)
            #expect(end.output.contains(reason))
        }
    }

    @Test("takes the conversations out of an archive, and names the shards that are missing")
    func shards() async throws {
        try await Workplace.with { place in
            let end = try await place.parley("sessions", "import", Self.archive("shards"), "--json")
            #expect(end.json["conversations"]?["new"] == 2)
            #expect(end.json["missing_parts"] == ["conversations-002.json"])
            let again = try await place.parley("sessions", "import", Self.archive("traversal"), "--json")
            #expect(again.json["items"]?["new"] == 0)
        }
    }

    /// An archive of the tests of the formats.
    private static func archive(_ name: String) -> String {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return tests.path + "/ParleyInterchangeTests/Fixtures/zip/\(name).zip"
    }
}
