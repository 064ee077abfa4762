import Parley
import ParleyServer
import Testing

@Suite(.timeLimit(.minutes(1)))
struct BodyTests {
    private static func settings(body: Int = 1000) -> ServerSettings {
        var settings = ServerSettings()
        settings.limits.body = body
        settings.limits.drainTime = .milliseconds(200)
        return settings
    }

    /// A body of exactly so many bytes.
    private static func body(_ size: Int) -> [UInt8] {
        Array("{\"title\":\"".utf8) + [UInt8](repeating: UInt8(ascii: "x"), count: 20) + Array("\",\"pad\":\"".utf8)
            + [UInt8](repeating: UInt8(ascii: "y"), count: size - 41) + Array("\"}".utf8)
    }

    @Test func theLimitItselfIsAccepted() async throws {
        try await TestServer.with(Self.settings()) { server in
            let body = Self.body(1000)
            #expect(body.count == 1000)
            let answer = try await server.send("POST", "/v1/conversations", [:], String(decoding: body, as: UTF8.self))
            #expect(answer.status == 200)
        }
    }

    @Test func aBodyOverTheLimitIsRefusedByItsLengthAndTheConnectionClosed() async throws {
        try await TestServer.with(Self.settings()) { server in
            try await server.connect { connection in
                try await connection.send(
                    "POST /v1/conversations HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1001\r\n\r\n"
                )
                let answer = try await connection.answer()
                #expect(answer.status == 413)
                #expect(answer.error == "invalid_request_error body_too_large null")
                #expect(answer.headers["connection"] == "close")
                #expect(answer.isWellFormedError)
                #expect(await connection.isClosed())
            }
        }
    }

    @Test func aChunkedBodyIsCountedAsItComes() async throws {
        try await TestServer.with(Self.settings()) { server in
            try await server.connect { connection in
                let chunk = "100\r\n" + String(repeating: "x", count: 256) + "\r\n"
                try await connection.send(
                    "POST /v1/conversations HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                )
                for _ in 0..<4 { try await connection.send(chunk) }
                #expect(try await connection.answer().status == 413)
                #expect(await connection.isClosed())
            }
        }
    }

    @Test func aRefusedBodyThatArrivesWholeDoesNotHideTheAnswer() async throws {
        try await TestServer.with(Self.settings()) { server in
            try await server.connect { connection in
                try await connection.request("POST", "/v1/conversations", [:], Self.body(500_000))
                #expect(try await connection.answer().status == 413)
                #expect(await connection.isClosed())
            }
        }
    }

    @Test func largeBodiesAreInvited() async throws {
        try await TestServer.with(Self.settings()) { server in
            try await server.connect { connection in
                let head = "POST /v1/conversations HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
                try await connection.send(head + "Content-Length: 2\r\n\r\n")
                #expect(try await connection.head().status == 100)
                try await connection.send("{}")
                #expect(try await connection.answer().status == 200)
                try await connection.send(head + "Content-Length: 2000\r\n\r\n")
                #expect(try await connection.answer().status == 413)
            }
        }
    }

    @Test func bytesThatAreNotHTTPGetAnErrorObject() async throws {
        try await TestServer.with { server in
            for bytes in ["nonsense\r\n\r\n", "GET / HTTP/1.1\r\nbad header\r\n\r\n", "\u{1}\u{2}\u{3}\r\n\r\n"] {
                try await server.connect { connection in
                    try await connection.send(bytes)
                    let answer = try await connection.answer()
                    #expect(answer.status == 400)
                    #expect(answer.isWellFormedError)
                    #expect(await connection.isClosed())
                }
            }
        }
    }

    /// A proxy would take a second answer for that of the next request, which may be somebody else's.
    @Test(arguments: ["POST /nothing", "POST /v1/conversations", "GET /v1/models"])
    func aBodyThatIsNoHTTPHasOneAnswerAndEndsTheConnection(_ request: String) async throws {
        try await TestServer.with { server in
            try await server.connect { connection in
                let chunked = "\(request) HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                try await connection.send(chunked + "2\r\n{}\r\nzz\r\n")
                let answer = try await connection.answer()
                #expect(answer.headers["connection"] == "close")
                #expect(answer.headers["x-request-id"] != nil)
                let more = try? await connection.rest()
                #expect(more?.isEmpty != false)
            }
        }
    }

    @Test func headersOverTheLimitAreRefused() async throws {
        try await TestServer.with { server in
            try await server.connect { connection in
                let header = "X-Long: " + String(repeating: "x", count: 17 << 10) + "\r\n"
                try await connection.send("GET /v1/models HTTP/1.1\r\nHost: localhost\r\n" + header + "\r\n")
                let answer = try await connection.answer()
                #expect(answer.status == 431)
                #expect(answer.isWellFormedError)
                #expect(await connection.isClosed())
            }
        }
    }

    @Test func aSlowHeadIsCutOff() async throws {
        var settings = ServerSettings()
        settings.limits.headTime = .milliseconds(100)
        try await TestServer.with(settings) { server in
            try await server.connect { connection in
                // On a busy machine it may be cut off before it has said anything.
                try? await connection.send("GET /v1/models HTTP/1.1\r\nHost: loc")
                #expect(await connection.isClosed())
            }
        }
    }

    @Test func aSlowBodyIsAnsweredAndCutOff() async throws {
        var settings = ServerSettings()
        settings.limits.bodyTime = .milliseconds(100)
        try await TestServer.with(settings) { server in
            try await server.connect { connection in
                try await connection.send(
                    "POST /v1/conversations HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{"
                )
                let answer = try await connection.answer()
                #expect(answer.status == 408)
                #expect(answer.isWellFormedError)
                #expect(await connection.isClosed())
            }
        }
    }

    @Test(
        arguments: [
            (nil, [0x7B, 0x22, 0x74, 0x69, 0x74, 0x6C, 0x65, 0x22, 0x3A, 0x22, 0xE9, 0x22, 0x7D], "é"),
            ("application/json; charset=ISO-8859-1", Array("{\"title\":\"".utf8) + [0xE9, 0x22, 0x7D], "é"),
            (
                "application/json; charset=gbk", Array("{\"title\":\"".utf8) + [0xC4, 0xE3, 0xBA, 0xC3, 0x22, 0x7D],
                "你好"
            ),
            ("application/json;charset=\"UTF-8\"", Array("{\"title\":\"你好\"}".utf8), "你好"),
            ("text/plain", Array("{\"title\":\"你好\"}".utf8), "你好"),
        ] as [(String?, [UInt8], String)]
    )
    func bodiesAreReadInTheirCharset(type: String?, body: [UInt8], title: String) async throws {
        try await TestServer.with { server in
            let answer = try await server.connect { connection in
                try await connection.request(
                    "POST",
                    "/v1/conversations",
                    type.map { ["Content-Type": $0] } ?? [:],
                    body
                )
                return try await connection.answer()
            }
            #expect(answer.json["title"]?.string == title)
        }
    }

    @Test func charsetsThatAreUnknownOrUntrueAreRefused() async throws {
        try await TestServer.with { server in
            for (charset, body) in [("utf-7", Array("{}".utf8)), ("utf-8", [0x7B, 0xE9, 0x7D])] {
                let answer = try await server.connect { connection in
                    try await connection.request(
                        "POST",
                        "/v1/conversations",
                        ["Content-Type": "application/json; charset=\(charset)"],
                        body
                    )
                    return try await connection.answer()
                }
                #expect(answer.status == 400)
                #expect(answer.isWellFormedError)
            }
        }
    }
}
