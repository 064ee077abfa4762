import Parley
import ParleyServer
import Testing

@Suite(.timeLimit(.minutes(1)))
struct SiteTests {
    @Test func onLoopbackUnknownHostsAreMisdirected() async throws {
        try await TestServer.with(ServerSettings(allowedHosts: ["parley.home"])) { server in
            for host in ["localhost:8787", "127.0.0.1", "[::1]:1", "LOCALHOST", "parley.home:80"] {
                #expect(try await server.send("GET", "/v1/models", ["Host": host]).status == 200, "\(host)")
            }
            for host in ["evil.test", "localhost.evil.test", "127.evil.test.", "parley.home.evil", "10.0.0.1"] {
                let answer = try await server.send("GET", "/v1/models", ["Host": host])
                #expect(answer.status == 421, "\(host)")
                #expect(answer.error == "invalid_request_error unknown_host null")
            }
        }
    }

    @Test func twoHostsAreRefused() async throws {
        try await TestServer.with { server in
            let answer = try await server.connect { connection in
                try await connection.send("GET /v1/models HTTP/1.1\r\nHost: localhost\r\nHost: evil.test\r\n\r\n")
                return try await connection.answer()
            }
            #expect(answer.status == 400)
        }
    }

    @Test func foreignOriginsAreRefusedAndTheOwnIsNot() async throws {
        try await TestServer.with { server in
            for origin in ["https://evil.test", "null", "http://localhost:1"] {
                let answer = try await server.send("POST", "/v1/conversations", ["Origin": origin], "{}")
                #expect(answer.status == 403, "\(origin)")
                #expect(answer.error == "invalid_request_error foreign_origin null")
                #expect(answer.headers["access-control-allow-origin"] == nil)
            }
            let own = ["Origin": "http://127.0.0.1:9", "Host": "127.0.0.1:9"]
            #expect(try await server.send("GET", "/v1/models", own).status == 200)
        }
    }

    @Test func allowedOriginsGetPreflightsAndReadableErrors() async throws {
        let origin = ["Origin": "https://app.test"]
        try await TestServer.with(ServerSettings(allowedOrigins: ["https://app.test"])) { server in
            let preflight = try await server.send("OPTIONS", "/v1/chat/completions", origin)
            #expect(preflight.status == 204)
            #expect(preflight.headers["access-control-allow-origin"] == "https://app.test")
            #expect(preflight.headers["access-control-allow-headers"]?.contains("Authorization") == true)
            let asked = origin.merging(["Access-Control-Request-Headers": "authorization,x-stainless-os"]) { $1 }
            let allowed = try await server.send("OPTIONS", "/v1/chat/completions", asked)
            #expect(allowed.headers["access-control-allow-headers"] == "authorization,x-stainless-os")
            for path in ["/v1/models", "/v1/conversations/x", "/nowhere"] {
                let answer = try await server.send("GET", path, origin)
                #expect(answer.headers["access-control-allow-origin"] == "https://app.test", "\(path)")
            }
            #expect(try await server.send("OPTIONS", "/v1/models").status == 405)
        }
    }
}
