import HTTPTypes
import HummingbirdCore
import Parley
import ParleyWire
import Testing

@testable import ParleyServer

@Suite(.timeLimit(.minutes(1)))
struct ErrorTests {
    @Test(arguments: ParleyError.Code.allCases)
    func everyCodeHasAnErrorStatusAndAType(code: ParleyError.Code) {
        #expect((400..<600).contains(code.status.code))
        #expect(!code.wireType.isEmpty)
        #expect(code.status.code != 409 || code == .conflict)
    }

    @Test func answersSayWhetherAndWhenToTryAgain() {
        func headers(_ code: ParleyError.Code, after wait: Duration? = nil) -> [String?] {
            let headers = ParleyError(code, "", retryAfter: wait).response.headers
            return [headers[.shouldRetry], headers[.retryAfter]]
        }
        #expect(headers(.conversationLocked) == ["true", "1"])
        #expect(headers(.quotaExceeded) == ["false", nil])
        #expect(headers(.storageFull) == ["false", nil])
        #expect(headers(.rateLimited, after: .milliseconds(2500)) == [nil, "3"])
        #expect(headers(.overloaded, after: .seconds(900)) == [nil, "120"])
        #expect(headers(.shuttingDown) == [nil, "1"])
        #expect(headers(.invalidValue) == [nil, nil])
    }

    @Test func bodiesThatAreNoJSONAreRefused() async throws {
        try await TestServer.with { server in
            let deep = String(repeating: "[", count: 65) + String(repeating: "]", count: 65)
            for body in ["{", "", "[]", "{\"a\":}", "{\"a\":\"\u{1}\"}", "{\"items\":\(deep)}", "nul"] {
                let answer = try await server.send("POST", "/v1/conversations/conv_1/items", [:], body)
                #expect(answer.status == 400)
                #expect(answer.error == "invalid_request_error null null")
                #expect(answer.isWellFormedError)
            }
        }
    }

    @Test func depthUpToTheLimitIsAccepted() async throws {
        try await TestServer.with { server in
            let arrays = JSON.depthLimit - 1
            let deep = String(repeating: "[", count: arrays) + String(repeating: "]", count: arrays)
            let answer = try await server.send("POST", "/v1/conversations", [:], "{\"other\":\(deep)}")
            #expect(answer.status == 200)
        }
    }

    @Test func whatIsUnknownIsNotFound() async throws {
        try await TestServer.with { server in
            let unknown = Conversation.ID.random().text
            for path in ["conv_1", "x", "%00", unknown, "\(unknown)/items", "\(unknown)/turns", "\(unknown)/export"] {
                let answer = try await server.send("GET", "/v1/conversations/\(path)")
                #expect(answer.status == 404, "\(path)")
                #expect(answer.error == "invalid_request_error null null")
                #expect(answer.isWellFormedError)
            }
            let message = try await server.send("GET", "/v1/conversations/\(unknown)").json["error"]?["message"]
            #expect(message == .string("Conversation with id '\(unknown)' not found."))
        }
    }

    @Test func unknownPathsSayURLAndWrongMethodsSayWhichAreRight() async throws {
        try await TestServer.with { server in
            for path in ["/", "/v1", "/v2/models", "/v1/conversations/a/b", "/v1/%2e%2e/admin/users", "/V1/models"] {
                let answer = try await server.send("GET", path)
                #expect(answer.status == 404, "\(path)")
                #expect(answer.error == "invalid_request_error unknown_url null", "\(path)")
                #expect(answer.isWellFormedError)
            }
            let answer = try await server.send("DELETE", "/v1/conversations/conv_1/items")
            #expect(answer.status == 405)
            #expect(answer.headers["allow"] == "GET, HEAD, POST")
            #expect(answer.error == "invalid_request_error method_not_allowed null")
            #expect(try await server.send("PUT", "/v1/models/a/b").headers["allow"] == "GET, HEAD")
            // Not those of a response that is called so.
            #expect(try await server.send("GET", "/v1/responses/compact").headers["allow"] == "POST")
        }
    }

    @Test func pathsAreNotEchoedAsMarkup() async throws {
        try await TestServer.with { server in
            let answer = try await server.send("GET", "/<script>alert(1)</script>")
            #expect(answer.isWellFormedError)
            #expect(answer.headers["content-security-policy"]?.contains("default-src 'none'") == true)
        }
    }

    @Test func headAnswersWithTheHeadersOfGet() async throws {
        try await TestServer.with { server in
            let get = try await server.send("GET", "/v1/models")
            let head = try await server.send("HEAD", "/v1/models")
            #expect(head.status == 200)
            #expect(head.headers["content-length"] == get.headers["content-length"])
            #expect(head.headers["content-type"] == get.headers["content-type"])
        }
    }

    @Test func requestIDsAreUniqueOnEveryAnswer() async throws {
        try await TestServer.with { server in
            var ids: Set<String> = []
            for path in ["/health/live", "/v1/models", "/nowhere", "/v1/conversations/x"] {
                ids.insert(try await server.send("GET", path).headers["x-request-id"] ?? "")
            }
            #expect(ids.count == 4)
            #expect(ids.allSatisfy { $0.hasPrefix("req_") && $0.count == 52 })
        }
    }
}
