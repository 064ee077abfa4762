import Parley
import ParleyServer
import ParleyStore
import Testing

@Suite(.timeLimit(.minutes(2)))
struct ExportTests {
    private static let items = #"""
        [{"role":"user","content":"What is `x`?"},
        {"type":"function_call","call_id":"c","name":"f","arguments":"{}","extra":1.50},
        {"type":"function_call_output","call_id":"c","output":"```\nx\n```"},
        {"role":"assistant","content":"It is\u001b[31m \u202ered"}]
        """#

    @Test func theCanonicalFormHoldsEverything() async throws {
        try await TestServer.with { server in
            let id = try await server.conversation(#"{"title":"T","metadata":{"a":"b"},"items":\#(Self.items)}"#)
            let answer = try await server.send("GET", "/v1/conversations/\(id)/export")
            #expect(answer.headers["content-disposition"] == "attachment; filename=\"\(id).jsonl\"")
            let lines = try answer.text.split(separator: "\n").map { try JSON(parsing: String($0)) }
            #expect(
                lines.map { $0["object"]?.string } == ["export", "conversation"] + Array(repeating: "item", count: 4)
                    + ["manifest"]
            )
            #expect(lines[0]["version"] == 2 && lines[0]["branches"] == "all")
            #expect(lines[1]["id"] == .string(id) && lines[1]["metadata"] == ["a": "b"])
            #expect(lines[3]["content"]?["extra"] == .number("1.50"))
            let items = lines[2...5]
            #expect(items.dropFirst().map { $0["parent"] } == items.dropLast().map { $0["id"] })
            let shown = try await server.send("GET", "/v1/conversations/\(id)/items?order=asc").json["data"]?.array
            #expect(items.map { $0["id"] } == shown?.map { $0["id"] })
            #expect(lines[6]["items"] == 4 && lines[6]["conversations"] == 1)
        }
    }

    @Test func longConversationsAreWrittenWhole() async throws {
        try await TestServer.with { server in
            let id = try await server.conversation()
            let list = (0..<20).map { #"{"role":"user","content":"\#($0)"}"# }.joined(separator: ",")
            for _ in 0..<13 {
                _ = try await server.send("POST", "/v1/conversations/\(id)/items", [:], #"{"items":[\#(list)]}"#)
            }
            let text = try await server.send("GET", "/v1/conversations/\(id)/export").text
            #expect(text.split(separator: "\n").count == 263)
            let json = try await server.send("GET", "/v1/conversations/\(id)/export?format=json").json
            #expect(json["conversations"]?.array?.first?["items"]?.array?.count == 260)
        }
    }

    @Test func transcriptsAreReadableAndHarmless() async throws {
        try await TestServer.with { server in
            let id = try await server.conversation(#"{"title":"T","items":\#(Self.items)}"#)
            let markdown = try await server.send("GET", "/v1/conversations/\(id)/export?format=markdown").text
            #expect(markdown.hasPrefix("# T\n\n## User\n\nWhat is `x`?\n"))
            #expect(markdown.contains("````\n```\nx\n```\n````"))
            let text = try await server.send("GET", "/v1/conversations/\(id)/export?format=text").text
            #expect(text.contains("Assistant: It is[31m ⟨U+202E⟩red\n"))
        }
    }

    @Test func manyAreChosenAsListsChooseThem() async throws {
        try await TestServer.with { server in
            let first = try await server.conversation(#"{"title":"apples","items":\#(Self.items)}"#)
            let second = try await server.conversation(#"{"title":"pears"}"#)
            func titles(_ query: String) async throws -> [String?] {
                let answer = try await server.send("GET", "/v1/export?format=json&\(query)").json
                return (answer["conversations"]?.array ?? []).map { $0["conversation"]?["title"]?.string }
            }
            #expect(try await titles("") == ["apples", "pears"])
            #expect(try await titles("q=pear") == ["pears"])
            #expect(try await titles("min_turns=1") == ["apples"])
            #expect(try await titles("id=\(second)&id=\(first)") == ["pears", "apples"])
            #expect(try await titles("rating=1") == [])
        }
    }

    @Test func whatIsUnknownIsRefused() async throws {
        try await TestServer.with { server in
            let id = try await server.conversation()
            func error(_ path: String) async throws -> String { try await server.send("GET", path).error }
            let export = "/v1/conversations/\(id)/export"
            #expect(try await error("\(export)?format=exe") == "invalid_request_error invalid_value format")
            #expect(try await error("\(export)?branches=some") == "invalid_request_error invalid_value branches")
            #expect(
                try await error("\(export)?format=html&branches=all") == "invalid_request_error invalid_value branches"
            )
            #expect(
                try await error("\(export)?redacted=true") == "invalid_request_error unsupported_parameter redacted"
            )
            #expect(try await error("/v1/export?min_turn=1") == "invalid_request_error unsupported_parameter min_turn")
            #expect(
                try await error("/v1/export?id=\(id)&q=x") == "invalid_request_error mutually_exclusive_parameters id"
            )
        }
    }

    /// Only what is nothing but a file's bytes is passed over.
    @Test func aTextThatBeginsLikeAFileIsRedacted() async throws {
        try await TestServer.with { server in
            let said = #"data: {\"api_key\":\"sk-abcdefghij0123456789\"} data:image/png;base64,AAAA"#
            let id = try await server.conversation(#"{"items":[{"role":"user","content":"\#(said)"}]}"#)
            let export = try await server.send("GET", "/v1/conversations/\(id)/export?format=text&redact=true").text
            #expect(export.contains("[key]") && !export.contains("sk-abc"))
        }
    }

    /// Behind the file: what it has, for clients that cannot read trailers.
    @Test func whatWasLeftOutIsToldBehindTheFile() async throws {
        try await TestServer.with { server in
            let id = try await server.conversation(#"{"items":\#(Self.items)}"#)
            _ = try await server.conversation(#"{"items":[{"role":"user","content":"\u001e not answered"}]}"#)
            for format in ["parley", "sharegpt", "html", "dpo"] {
                let file = try await server.send("GET", "/v1/export?format=\(format)").text
                let whole = try await server.send("GET", "/v1/export?format=\(format)&summary=true").text
                let parts = whole.split(separator: "\u{1E}", omittingEmptySubsequences: false)
                let summary = try JSON(parsing: String(parts.last ?? ""))
                let said = parts.dropLast().joined(separator: "\u{1E}")
                // The time of the export is in some of them.
                #expect(said.utf8.count == file.utf8.count && parts.count > 1, "\(format)")
                let leftOut = ["sharegpt": 1, "dpo": 2][format] ?? 0
                #expect(summary["object"] == "export.summary" && summary["conversations"] == 2)
                #expect(summary["items"] == 5 && summary["left_out"]?["conversations"]?.int == leftOut, "\(format)")
            }
            let answer = try await server.send("GET", "/v1/conversations/\(id)/export?format=csv&summary=true")
            #expect(answer.headers["content-type"] == "application/octet-stream")
            let one = answer.text
            #expect(one.hasSuffix("\n"))
            #expect(try JSON(parsing: String(one.split(separator: "\u{1E}").last ?? ""))["conversations"] == 1)
            let refused = try await server.send("GET", "/v1/export?summary=1")
            #expect(refused.error == "invalid_request_error invalid_type summary")
        }
    }

    @Test func exportsAreInTheAuditLog() async throws {
        try await TestServer.with { server in
            let id = try await server.conversation()
            _ = try await server.send("GET", "/v1/conversations/\(id)/export?redact=true")
            let entries = try await server.store.auditEntries(AuditQuery(limit: 10)).elements
            #expect(entries.first?.event.action == .exported && entries.first?.event.subject == id)
            #expect(entries.first?.event.details["redacted"] == true)
        }
    }
}
