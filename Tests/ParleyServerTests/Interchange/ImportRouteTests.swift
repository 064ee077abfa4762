import Parley
import ParleyServer
import Testing

/// `POST /v1/import`.
@Suite(.timeLimit(.minutes(2)))
struct ImportRouteTests {
    private static let lines = [
        #"{"object":"conversation","source":"s","source_id":"1","title":"T"}"#,
        #"{"object":"item","id":"1","content":{"role":"user","content":"q"}}"#,
        #"{"object":"item","id":"2","content":{"role":"assistant","content":"a"}}"#,
    ].joined(separator: "\n")

    @Test func whatAnotherServerExportedIsTheSameHere() async throws {
        try await TestServer.with { old in
            let items = #"[{"role":"user","content":"q\u0000\r"},{"role":"assistant","content":"你好"}]"#
            let id = try await old.conversation(#"{"title":"T","items":\#(items)}"#)
            let list = try await old.send("GET", "/v1/conversations/\(id)/items?order=asc").json["data"]?.array
            let first = list?.first?["id"]?.string ?? ""
            _ = try await old.send("POST", "/v1/conversations/\(id)/items/\(first)", [:], #"{"content":"edited"}"#)
            let file = try await old.send("GET", "/v1/export").text
            try await TestServer.with { new in
                let key = try await new.key(of: "anna")
                let report = try await new.send("POST", "/v1/import", key, file).json
                #expect(report["items"] == ["new": 3, "known": 0] && report["warnings"] == [])
                let again = try await new.send("GET", "/v1/export", key).text
                #expect(again.split(separator: "\n").dropFirst() == file.split(separator: "\n").dropFirst())
                let branches = try await new.send("GET", "/v1/conversations/\(id)/branches", key).json["data"]?.array
                #expect(branches?.count == 2)
            }
        }
    }

    @Test func aDryRunTellsAndWritesNothing() async throws {
        try await TestServer.with { server in
            let told = try await server.send("POST", "/v1/import?dry_run=true", [:], Self.lines).json
            #expect(told["dry_run"] == true && told["conversations"]?["new"] == 1 && told["items"]?["new"] == 2)
            #expect(try await server.send("GET", "/v1/conversations").json["data"] == [])
        }
    }

    @Test func itIsToldHowFarItCame() async throws {
        try await TestServer.with { server in
            let headers = ["Accept": "application/x-ndjson"]
            let answer = try await server.send("POST", "/v1/import", headers, Self.lines)
            let lines = try answer.text.split(separator: "\n").map { try JSON(parsing: String($0)) }
            #expect(lines.last?["object"] == "import" && lines.last?["items"]?["new"] == 2)
            #expect(lines.last?["warnings"]?.array?.count == 1)
        }
    }

    @Test func brokenLinesAreToldAndTheRestIsTaken() async throws {
        try await TestServer.with { server in
            let body = "{\"object\":\"conversation\",\"title\":\"bad\"}\n{\n\n" + Self.lines
            let report = try await server.send("POST", "/v1/import", [:], body).json
            #expect(report["conversations"]?["failed"] == 1 && report["conversations"]?["new"] == 1)
            let problem = report["errors"]?.array?.first
            #expect(problem?["line"] == 2 && problem?["conversation"] == "bad")
        }
    }

    /// Sums of them must not overflow, and none of them may make a search for items long.
    @Test func numbersBeyondBeliefAreBounded() async throws {
        try await TestServer.with { server in
            let day = Timestamp.now.milliseconds
            let turn = ["cost", "input_count", "output_count"].map { "\"\($0)\":\(Int.max)" }.joined(separator: ",")
            let lines = (1...2).flatMap { number in
                [
                    #"{"object":"conversation","source":"s","source_id":"\#(number)"}"#,
                    #"{"object":"item","id":"1","turn":"t","content":{"role":"user","content":"q"}}"#,
                    #"{"object":"turn","id":"t","input":"1","model":"m\#(number)","created_at":\#(day),\#(turn)}"#,
                ]
            }
            let report = try await server.send("POST", "/v1/import", [:], lines.joined(separator: "\n")).json
            #expect(report["turns"]?["new"] == 2)
            for route in ["/v1/usage?by=conversation", "/v1/stats"] {
                #expect(try await server.send("GET", route).status == 200)
            }
            let list = try await server.send("GET", "/v1/conversations").json["data"]?.array ?? []
            for id in list.compactMap({ $0["id"]?.string }) {
                let turns = try await server.send("GET", "/v1/conversations/\(id)/turns").json["data"]?.array
                let turn = try #require(turns?.first?["id"]?.string)
                #expect(try await server.send("GET", "/v1/turns/\(turn)").status == 200)
            }
        }
    }

    @Test func aFileOfANewerProgramIsRefusedWhole() async throws {
        try await TestServer.with { server in
            let body = #"{"object":"export","format":"parley","version":3}"# + "\n" + Self.lines
            let answer = try await server.send("POST", "/v1/import", [:], body)
            #expect(answer.error == "invalid_request_error unsupported_parameter version")
            #expect(try await server.send("GET", "/v1/conversations").json["data"] == [])
            #expect(try await server.send("POST", "/v1/import", [:], Self.lines).status == 200)
        }
    }

    @Test func aBodyMayBeLargerThanThoseOfOtherRoutes() async throws {
        var settings = ServerSettings()
        settings.limits.body = 1000
        try await TestServer.with(settings) { server in
            let text = String(repeating: "x", count: 5000)
            let body = Self.lines.replacing("\"q\"", with: "\"\(text)\"")
            let report = try await server.send("POST", "/v1/import", [:], body).json
            #expect(report["items"]?["new"] == 2)
        }
    }

    @Test func unknownParametersAreRefused() async throws {
        try await TestServer.with { server in
            let answer = try await server.send("POST", "/v1/import?dryrun=true", [:], Self.lines)
            #expect(answer.error == "invalid_request_error unsupported_parameter dryrun")
        }
    }
}

/// An import on a disk that fills up.
@Suite(.timeLimit(.minutes(2)))
struct ImportOnFullDiskTests {
    private static func lines(_ count: Int) -> String {
        (1...count).map { number in
            #"{"object":"conversation","source":"s","source_id":"\#(number)"}"# + "\n"
                + #"{"object":"item","id":"1","content":{"role":"user","content":"q"}}"#
        }.joined(separator: "\n")
    }

    @Test func stopsWith507SaysWhatToDoAndGoesOnLater() async throws {
        let disk = FullDisk()
        try await TestServer.with(on: disk.ground()) { server in
            #expect(try await server.send("POST", "/v1/import", [:], Self.lines(3)).status == 200)
            disk.isFull = true
            let answer = try await server.send("POST", "/v1/import", [:], Self.lines(900))
            #expect(answer.status == 507 && answer.headers["x-should-retry"] == "false")
            #expect(answer.json["error"]?["code"] == "insufficient_storage")
            #expect(answer.json["error"]?["message"]?.string?.contains("import the same again") == true)
            let told = ["Accept": "application/x-ndjson"]
            let streamed = try await server.send("POST", "/v1/import", told, Self.lines(900)).text
            #expect(streamed.split(separator: "\n").last?.contains("import the same again") == true)
            disk.isFull = false
            let report = try await server.send("POST", "/v1/import", [:], Self.lines(900)).json
            #expect(report["conversations"]?["new"] == 897 && report["conversations"]?["known"] == 3)
        }
    }
}
