import Parley
import ParleyServer
import ScriptedUpstream
import Testing

@testable import ParleyStore

/// `/v1/responses`: chains, forks, conversations, and what each state rule does to the tree.
@Suite(.timeLimit(.minutes(2)))
struct ResponseTests {
    @Test func aChainRemembersAndForks() async throws {
        try await ChatServer.with { chat in
            let first = try await chat.respond(#""input":"a","instructions":"be brief""#)
            #expect(first.json["status"] == "completed")
            let id = first.json["id"]?.string ?? ""
            let second = try await chat.respond(#""input":"b","previous_response_id":"\#(id)""#)
            #expect(chat.lastMessages == ["a", "echo(2): a", "b"])
            #expect(second.conversation == nil)
            _ = try await chat.respond(#""input":"c","previous_response_id":"\#(id)""#)
            #expect(chat.lastMessages == ["a", "echo(2): a", "c"])
            let again = try await chat.server.send("GET", "/v1/responses/\(id)")
            #expect(again.body == first.body)
            #expect(try await chat.server.send("GET", "/v1/conversations").json["data"] == [])
        }
    }

    @Test func aConversationGetsInputAndOutputOnce() async throws {
        try await ChatServer.with { chat in
            let id = try await chat.server.conversation()
            let answer = try await chat.respond(#""input":"你好","conversation":"\#(id)""#)
            #expect(answer.json["conversation"] == ["id": .string(id)])
            #expect(try await chat.texts(id) == ["你好", "echo(1): 你好"])
            let behind = answer.json["id"]?.string ?? ""
            _ = try await chat.respond(#""input":"side","previous_response_id":"\#(behind)""#)
            #expect(try await chat.texts(id) == ["你好", "echo(1): 你好"])
            _ = try await chat.respond(#""input":"b","conversation":"\#(id)","store":false"#)
            #expect(try await chat.texts(id).count == 4)
        }
    }

    @Test func whatFailsLeavesNothing() async throws {
        try await ChatServer.with { chat in
            let id = try await chat.server.conversation()
            let failed = try await chat.respond(#""input":"!status=400","conversation":"\#(id)""#)
            #expect(failed.status == 400)
            let cut = try await chat.respond(#""input":"!drop","conversation":"\#(id)","stream":true"#)
            #expect(cut.text.contains("event: response.failed"))
            #expect(try await chat.texts(id) == [])
        }
    }

    @Test func whatIsNotStoredIsNotFoundAndCannotBeGoneOnFrom() async throws {
        try await ChatServer.with { chat in
            let id = try await chat.respond(#""input":"a","store":false"#).json["id"]?.string ?? ""
            #expect(try await chat.server.send("GET", "/v1/responses/\(id)").status == 404)
            let next = try await chat.respond(#""input":"b","previous_response_id":"\#(id)""#)
            #expect(next.error == "invalid_request_error previous_response_not_found previous_response_id")
        }
    }

    @Test func aDeletedResponseKeepsItsTextWhileAnotherStandsOnIt() async throws {
        try await ChatServer.with { chat in
            let first = try await chat.respond(#""input":"geheim""#).json["id"]?.string ?? ""
            let second =
                try await chat.respond(#""input":"b","previous_response_id":"\#(first)""#).json["id"]?.string ?? ""
            #expect(try await chat.server.send("DELETE", "/v1/responses/\(first)").json["deleted"] == true)
            #expect(try await chat.server.send("DELETE", "/v1/responses/\(first)").status == 404)
            let third = try await chat.respond(#""input":"c","previous_response_id":"\#(second)""#)
            #expect(chat.lastMessages.first == "geheim")
            for id in [third.json["id"]?.string ?? "", second] {
                #expect(try await chat.server.send("DELETE", "/v1/responses/\(id)").status == 200)
            }
            let left = try chat.server.store.textsAnywhere()
            #expect(!left.contains { $0.contains("geheim") })
        }
    }

    @Test func callsWantTheirResults() async throws {
        try await ChatServer.with { chat in
            let tools = #""tools":[{"type":"function","name":"weather","parameters":{}}]"#
            let call = try await chat.respond(#""input":"!tool",\#(tools)"#)
            #expect(call.json["output"]?.array?.first?["type"] == "function_call")
            let id = call.json["id"]?.string ?? ""
            let without = try await chat.respond(#""input":"and?","previous_response_id":"\#(id)""#)
            #expect(without.error == "invalid_request_error null input")
            let output = #"[{"type":"function_call_output","call_id":"call_echo_0","output":"晴"}]"#
            let answer = try await chat.respond(#""input":\#(output),"previous_response_id":"\#(id)",\#(tools)"#)
            #expect(answer.text.contains("tool said: 晴"))
            let stray = try await chat.respond(#""input":\#(output)"#)
            #expect(stray.text.contains("No tool call found for function call output with call_id call_echo_0."))
        }
    }

    @Test func truncationDecidesWhatAnOverflowDoes() async throws {
        try await ChatServer.with { chat in
            let id = try await chat.server.conversation()
            for index in 0..<6 {
                let text = String(repeating: "word ", count: 40) + "\(index)"
                _ = try await chat.respond(#""input":"\#(text)","conversation":"\#(id)""#)
            }
            let context = #""context":{"budget":300}"#
            let refused = try await chat.respond(
                #""input":"last","conversation":"\#(id)","context":{"policy":"all","budget":300}"#
            )
            #expect(refused.error == "invalid_request_error context_length_exceeded input")
            #expect(refused.text.contains("Input tokens exceed the configured limit"))
            let cut = try await chat.respond(#""input":"last","conversation":"\#(id)","truncation":"auto",\#(context)"#)
            #expect(cut.json["status"] == "completed")
            #expect(chat.lastMessages.count < 12 && chat.lastMessages.last == "last")
        }
    }

    @Test func inputItemsAreWhatTheModelGot() async throws {
        try await ChatServer.with { chat in
            let first = try await chat.respond(#""input":"a""#).json["id"]?.string ?? ""
            let second =
                try await chat.respond(#""input":"b","previous_response_id":"\#(first)""#).json["id"]?.string ?? ""
            let page = try await chat.server.send("GET", "/v1/responses/\(second)/input_items?limit=2").json
            let texts = page["data"]?.array?.compactMap { $0["content"]?.array?.first?["text"]?.string }
            #expect(texts == ["b", "echo(1): a"])
            #expect(page["has_more"] == true)
            let rest = "/v1/responses/\(second)/input_items?after=\(page["last_id"]?.string ?? "")"
            #expect(try await chat.server.send("GET", rest).json["data"]?.array?.count == 1)
        }
    }

    @Test func aReferenceStandsForItsItem() async throws {
        try await ChatServer.with { chat in
            let answer = try await chat.respond(#""input":"a""#)
            let item = answer.json["output"]?.array?.first?["id"]?.string ?? ""
            let input = #"[{"type":"item_reference","id":"\#(item)"},{"role":"user","content":"b"}]"#
            _ = try await chat.respond(#""input":\#(input)"#)
            #expect(chat.lastMessages == ["echo(1): a", "b"])
            let unknown = #"[{"id":"msg_\#(String(repeating: "0", count: 48))"}]"#
            #expect(try await chat.respond(#""input":\#(unknown)"#).status == 404)
        }
    }

    @Test(arguments: [
        (#""input":"a","background":true,"store":false"#, "invalid_value background"),
        (
            #""input":"a","conversation":"conv_1","previous_response_id":"resp_1""#,
            "mutually_exclusive_parameters previous_response_id"
        ),
        (#""input":"a","tools":[{"type":"web_search"}]"#, "unsupported_parameter tools[0]"),
        (#""input":"a","tools":[{"type":"function"}]"#, "missing_required_parameter tools[0].name"),
        (#""input":"a","tools":[{"type":"function","name":"f","strict":{}}]"#, "invalid_type tools[0].strict"),
        (#""input":"a","tools":[{"type":"function","name":"f","parameters":[]}]"#, "invalid_type tools[0].parameters"),
        (#""input":"a","reasoning":{"effort":{}}"#, "invalid_type reasoning.effort"),
        (#""input":"a","context":[]"#, "invalid_type context"),
        (#""input":"a","tool_choice":{"type":"function","name":{}}"#, "invalid_type tool_choice.name"),
        (#""input":"a","context":{"budget":1000000001}"#, "invalid_value context.budget"),
        (#""input":"a","prompt":{"id":"p"}"#, "unsupported_parameter prompt"),
        (#""input":"a","temperature":3"#, "decimal_above_max_value temperature"),
        (#""input":7"#, "invalid_type input"), (#""model":"m""#, "missing_required_parameter input"),
        (#""input":"a","text":{"format":{"type":"json_schema"}}"#, "missing_required_parameter text.format.name"),
        (
            #""input":"a","text":{"format":{"type":"json_schema","name":"n","schema":[]}}"#,
            "invalid_type text.format.schema"
        ),
        (#""input":"a","include":["secrets"]"#, "invalid_value include[0]"),
        (#""input":[{"role":"robot","content":"a"}]"#, "invalid_value input[0].role"),
    ])
    func whatIsWrongIsNamed(_ members: String, _ error: String) async throws {
        try await ChatServer.with { chat in
            let answer = try await chat.respond(members)
            #expect(answer.error == "invalid_request_error \(error)")
        }
    }
}

extension ChatServer {
    /// Posts a request for a response.
    func respond(_ members: String, headers: [String: String] = [:]) async throws -> RawAnswer {
        try await server.send("POST", "/v1/responses", headers, "{\(members)}")
    }
}

extension Store {
    /// Everything that any item says, on whatever path.
    func textsAnywhere() throws -> [String] {
        try database.read { try $0.rows("SELECT json FROM item") { try $0.text(0) } }
    }
}
