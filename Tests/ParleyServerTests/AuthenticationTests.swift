import Parley
import ParleyServer
import Testing

@Suite(.timeLimit(.minutes(1)))
struct AuthenticationTests {
    @Test func withoutKeysAnyKeyIsTakenForNone() async throws {
        try await TestServer.with { server in
            for headers in [[:], ["Authorization": "Bearer unused"]] {
                let answer = try await server.send("GET", "/v1/models", headers)
                #expect(answer.status == 200)
            }
        }
    }

    @Test func onceThereIsAKeyOneIsNeeded() async throws {
        try await TestServer.with { server in
            let key = try await server.key(of: "ann")
            #expect(try await server.send("GET", "/v1/models", key).status == 200)
            let missing = try await server.send("GET", "/v1/models")
            #expect(missing.status == 401)
            #expect(missing.error == "invalid_request_error null null")
            #expect(missing.isWellFormedError)
            let good = key["Authorization"] ?? ""
            let wrong = [
                "Bearer x", "Basic \(good.dropFirst(7))", "Bearer ' OR 1=1--", good + "x", "Bearer", "prl_",
                good.lowercased(),
            ]
            for value in wrong {
                let answer = try await server.send("GET", "/v1/models", ["Authorization": value])
                #expect(answer.status == 401, "\(value)")
                #expect(answer.error == "invalid_request_error invalid_api_key null")
                #expect(!answer.text.contains(value))
            }
        }
    }

    @Test func onlyOneHeaderAndOnlyThatOne() async throws {
        try await TestServer.with { server in
            let key = try await server.key(of: "ann")
            let good = key["Authorization"] ?? ""
            let secret = String(good.dropFirst(7))
            for name in ["x-api-key", "api-key", "Cookie", "X-Parley-User"] {
                #expect(try await server.send("GET", "/v1/models", [name: secret]).status == 401, "\(name)")
            }
            let two = try await server.connect { connection in
                try await connection.send(
                    "GET /v1/models HTTP/1.1\r\nHost: localhost\r\nAuthorization: \(good)\r\nAuthorization: \(good)\r\n\r\n"
                )
                return try await connection.answer()
            }
            #expect(two.status == 401)
            for query in ["api_key=\(secret)", "key=x", "q=\(secret)"] {
                let answer = try await server.send("GET", "/v1/models?\(query)", key)
                #expect(answer.status == 400, "\(query)")
                #expect(!answer.text.contains(secret))
            }
        }
    }

    @Test func revokedKeysEndAtOnce() async throws {
        try await TestServer.with { server in
            let key = try await server.key(of: "ann")
            _ = try await server.key(of: "bob")
            let handle = String((key["Authorization"] ?? "").dropFirst(11).prefix(10))
            #expect(try await server.command("DELETE", "/admin/keys/\(handle)").json["revoked"] == true)
            let answer = try await server.send("GET", "/v1/models", key)
            #expect(answer.status == 401 && answer.text.contains("This API key was revoked."))
            let wrong = try await server.send("GET", "/v1/models", key.mapValues { $0.dropLast() + "x" })
            #expect(wrong.status == 401 && !wrong.text.contains("revoked"))
        }
    }

    @Test func endingTheLastKeyDoesNotOpenTheServer() async throws {
        try await TestServer.with { server in
            #expect(try await server.send("GET", "/v1/models").status == 200)
            let key = try await server.key(of: "ann")
            let handle = String((key["Authorization"] ?? "").dropFirst(11).prefix(10))
            #expect(try await server.command("DELETE", "/admin/keys/\(handle)").json["revoked"] == true)
            for headers in [[:], key] {
                #expect(try await server.send("GET", "/v1/models", headers).status == 401)
            }
            #expect(try await server.command("GET", "/admin/keys").status == 200)
        }
    }

    @Test func manyWrongKeysAreSlowedDownAndRightOnesPass() async throws {
        try await TestServer.with { server in
            let key = try await server.key(of: "ann")
            var statuses: [Int] = []
            for _ in 0..<12 {
                statuses.append(
                    try await server.send("GET", "/v1/models", ["Authorization": "Bearer prl_wrong"]).status
                )
            }
            #expect(statuses == [Int](repeating: 401, count: 10) + [429, 429])
            #expect(try await server.send("GET", "/v1/models", key).status == 200)
        }
    }

    @Test func pathsAreJudgedAsTheRouterReadsThem() async throws {
        try await TestServer.with { server in
            _ = try await server.key(of: "ann")
            for path in ["//v1/models", "/v1/models/", "/v1//models", "/v1/models?x=/health/live"] {
                #expect(try await server.send("GET", path).status == 401, "\(path)")
            }
            let headers = [
                "X-Original-URL": "/health/live", "X-Forwarded-For": "127.0.0.1", "X-HTTP-Method-Override": "GET",
            ]
            #expect(try await server.send("GET", "/v1/models", headers).status == 401)
        }
    }
}
