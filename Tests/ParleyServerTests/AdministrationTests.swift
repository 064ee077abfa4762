import Foundation
import Parley
import ParleyServer
import ParleyStore
import Testing

@Suite(.timeLimit(.minutes(1)))
struct AdministrationTests {
    private static let routes = [
        ("GET", "/admin/users"), ("POST", "/admin/users"), ("GET", "/admin/keys"), ("POST", "/admin/keys"),
        ("DELETE", "/admin/keys/abcdefghij"), ("GET", "/admin/database"), ("GET", "/metrics"), ("PUT", "/admin/users"),
    ]

    @Test func overTCPThereIsNothingWithoutAnAdministratorsKey() async throws {
        try await TestServer.with { server in
            let body = #"{"name":"eve","user":"local","role":"admin"}"#
            for (method, path) in Self.routes {
                let answer = try await server.send(method, path, [:], method == "POST" ? body : "")
                #expect(answer.status == 404, "\(method) \(path)")
                #expect(answer.error == "invalid_request_error unknown_url null")
            }
            let user = try await server.key(of: "ann")
            let wrong = ["Authorization": "Bearer prl_x"]
            for (method, path) in Self.routes {
                for headers in [user, wrong, [:]] {
                    #expect(try await server.send(method, path, headers, body).status == 404, "\(method) \(path)")
                }
            }
            #expect(try server.store.users().map(\.name).contains("eve") == false)
            let admin = try await server.key(of: "root", role: .admin)
            for path in ["/admin/users", "/admin/keys", "/admin/database", "/metrics"] {
                #expect(try await server.send("GET", path, admin).status == 200, "\(path)")
            }
        }
    }

    @Test func theSocketAdministersAndKeysAreShownOnce() async throws {
        try await TestServer.with { server in
            let user = try await server.command("POST", "/admin/users", [:], #"{"name":"ann"}"#).json
            #expect(user["object"] == "user" && user["role"] == "user" && user["disabled"] == false)
            let key = try await server.command("POST", "/admin/keys", [:], #"{"user":"ann","label":"laptop"}"#).json
            let secret = key["key"]?.string ?? ""
            #expect(secret.hasPrefix("prl_"))
            #expect(try await server.send("GET", "/v1/models", ["Authorization": "Bearer \(secret)"]).status == 200)
            let list = try await server.command("GET", "/admin/keys?user=ann").text
            #expect(list.contains("laptop") && !list.contains(secret))
            #expect(try await server.command("POST", "/admin/users", [:], #"{"name":"ann"}"#).status == 409)
            #expect(
                try await server.command("POST", "/admin/users", [:], #"{"name":"a b"}"#).error.contains(
                    "invalid_value name"
                )
            )
            #expect(
                try await server.command("POST", "/admin/users", [:], "{}").error.contains(
                    "missing_required_parameter name"
                )
            )
            #expect(try await server.command("POST", "/admin/keys", [:], #"{"user":"nobody"}"#).status == 404)
            #expect(try await server.command("DELETE", "/admin/keys/nokey").status == 404)
            let database = try await server.command("GET", "/admin/database").json
            #expect(database["engine"] == "sqlite" && database["writable"] == true)
        }
    }

    @Test func theSocketActsForOthersWhenAsked() async throws {
        try await TestServer.with { server in
            _ = try await server.key(of: "ann")
            let theirs = ["X-Parley-User": "ann"]
            let made = try await server.command("POST", "/v1/conversations", theirs)
            #expect(made.status == 200)
            #expect(try await server.command("GET", "/v1/conversations", theirs).json["data"]?.array?.count == 1)
            #expect(try await server.command("GET", "/v1/conversations").json["data"] == [])
            #expect(try await server.command("GET", "/v1/conversations", ["X-Parley-User": "nobody"]).status == 404)
            #expect(try await server.command("GET", "/v1/models", ["Host": "anything"]).status == 200)
        }
    }

    @Test func onlyTheOwnerReachesTheSocket() async throws {
        try await TestServer.with { server in
            guard case .socket(let path)? = server.socket else { throw TestServer.NotListening() }
            func mode(_ path: String) throws -> Int? {
                try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            }
            #expect(try mode(path) == 0o600)
            #expect(try mode(URL(fileURLWithPath: path).deletingLastPathComponent().path) == 0o700)
        }
    }

    @Test func metricsHaveABoundedNumberOfSeries() async throws {
        try await TestServer.with { server in
            for path in [
                "/v1/models", "/v1/models/a", "/v1/models/b", "/nowhere/1", "/nowhere/2", "/v1/conversations/x",
            ] {
                _ = try await server.send("GET", path)
            }
            _ = try await server.send("PROPFIND", "/v1/models")
            let text = try await server.command("GET", "/metrics").text
            #expect(text.contains(#"parley_requests_total{route="/v1/models",method="GET",status="2xx"} 1"#))
            #expect(text.contains(#"parley_requests_total{route="/v1/models/**",method="GET",status="4xx"} 2"#))
            #expect(text.contains(#"parley_requests_total{route="NotFound",method="GET",status="4xx"} 2"#))
            #expect(text.contains(#"method="OTHER""#))
            #expect(!text.contains("nowhere") && !text.contains("PROPFIND"))
            for name in ["turns_running", "streams_open", "connections", "database_log_bytes", "database_queue"] {
                #expect(text.contains("parley_\(name) "), "\(name)")
            }
        }
    }
}
