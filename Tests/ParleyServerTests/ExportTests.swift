import Parley
import ParleyServer
import Testing

@Suite(.timeLimit(.minutes(1)))
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
            #expect(lines.count == 5)
            #expect(lines[0]["id"] == .string(id) && lines[0]["metadata"] == ["a": "b"] && lines[0]["version"] == 1)
            #expect(lines[2]["content"]?["extra"] == .number("1.50"))
            #expect(lines.dropFirst().map { $0["position"]?.int } == [1, 2, 3, 4])
            let shown = try await server.send("GET", "/v1/conversations/\(id)/items?order=asc").json["data"]?.array
            #expect(lines.dropFirst().map { $0["id"] } == shown?.map { $0["id"] })
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
            #expect(text.split(separator: "\n").count == 261)
            let json = try await server.send("GET", "/v1/conversations/\(id)/export?format=json").json
            #expect(json["items"]?.array?.count == 260)
        }
    }

    @Test func transcriptsAreReadableAndHarmless() async throws {
        try await TestServer.with { server in
            let id = try await server.conversation(#"{"title":"T","items":\#(Self.items)}"#)
            let markdown = try await server.send("GET", "/v1/conversations/\(id)/export?format=markdown").text
            #expect(markdown.hasPrefix("# T\n\n## User\n\nWhat is `x`?\n"))
            #expect(markdown.contains("````\n```\nx\n```\n````"))
            let text = try await server.send("GET", "/v1/conversations/\(id)/export?format=text").text
            #expect(text.contains("Assistant: It is[31m red\n"))
        }
    }

    @Test func unknownFormatsAreRefused() async throws {
        try await TestServer.with { server in
            let id = try await server.conversation()
            let answer = try await server.send("GET", "/v1/conversations/\(id)/export?format=exe")
            #expect(answer.error == "invalid_request_error invalid_value format")
        }
    }
}
