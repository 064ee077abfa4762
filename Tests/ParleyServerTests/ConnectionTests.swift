import Hummingbird
import Logging
import Parley
import ScriptedUpstream
import ServiceLifecycle
import Testing

@testable import ParleyServer

@Suite(.timeLimit(.minutes(1)))
struct ConnectionTests {
    @Test func aStreamEndsWhenItsClientLeaves() async throws {
        let probe = Probe()
        try await TestServer.with(routes: probe.add) { server in
            try await server.connect { connection in
                try await connection.request("POST", "/test/stream", [:], Array("{}".utf8))
                #expect(try await connection.head().status == 200)
                #expect(try await connection.chunk() == Array("begun".utf8))
            }
            await probe.ended.wait()
            #expect(probe.hasClientLeft)
        }
    }

    @Test func aWaitingRequestIsCancelledWhenItsClientLeaves() async throws {
        let probe = Probe()
        try await TestServer.with(routes: probe.add) { server in
            try await server.connect { connection in
                try await connection.request("POST", "/test/wait")
                await probe.released.wait()
            }
            await probe.ended.wait()
        }
    }

    @Test func aConnectionIsUsableAfterAStream() async throws {
        let probe = Probe()
        try await TestServer.with(routes: probe.add) { server in
            try await server.connect { connection in
                try await connection.request("POST", "/test/stream", [:], Array("{}".utf8))
                _ = try await connection.head()
                _ = try await connection.chunk()
                probe.released.fire()
                #expect(try await connection.chunk() == Array("ended".utf8))
                #expect(try await connection.chunk() == nil)
                for _ in 0..<3 {
                    try await connection.request("GET", "/health/live")
                    #expect(try await connection.answer().json == ["status": "live"])
                }
            }
            #expect(!probe.hasClientLeft)
        }
    }

    @Test func moreTurnsThanThereAreConnectionsForAreRefused() async throws {
        var ground = TestServer.Ground()
        ground.mostTurns = 1
        try await ChatServer.with(on: ground) { chat in
            let body = #"{"stream":true,"messages":[{"role":"user","content":"!slow first"}]}"#
            try await chat.server.connect { connection in
                try await connection.request("POST", "/v1/chat/completions", [:], Array(body.utf8))
                #expect(try await connection.head().status == 200)
                let refused = try await chat.chat("second")
                #expect(refused.status == 503 && refused.error == "server_error overloaded null")
                #expect(refused.headers["retry-after"] == "1")
                #expect(try await chat.server.send("GET", "/v1/conversations").status == 200)
                chat.upstream.gate.open()
                _ = try await connection.chunk()
                while try await connection.chunk() != nil {}
            }
            #expect(try await chat.chat("third").status == 200)
        }
    }

    @Test func requestsSentAtOnceAreAnsweredInOrder() async throws {
        try await TestServer.with { server in
            try await server.connect { connection in
                for path in ["/health/live", "/nowhere", "/health/ready"] { try await connection.request("GET", path) }
                let statuses = [
                    try await connection.answer().status, try await connection.answer().status,
                    try await connection.answer().status,
                ]
                #expect(statuses == [200, 404, 200])
            }
        }
    }

    @Test func aRequestThatAsksToCloseIsObeyed() async throws {
        try await TestServer.with { server in
            try await server.connect { connection in
                try await connection.request("GET", "/health/live", ["Connection": "close"])
                let answer = try await connection.answer()
                #expect(answer.headers["connection"] == "close")
                #expect(await connection.isClosed())
            }
        }
    }

    @Test func aTakenPortIsNamed() async throws {
        try await TestServer.with { server in
            let listener = ListenerService(
                address: try #require(server.tcp),
                settings: ServerSettings(),
                state: ServerState(),
                responder: Router(context: ParleyRequestContext.self).buildResponder(),
                logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() }),
                onListening: { _ in }
            )
            let error = await #expect(throws: ParleyError.self) { try await listener.run() }
            #expect(error?.code == .configuration)
            #expect(error?.message.contains("something else listens there already") == true)
        }
    }

    @Test func oneAddressHoldsOnlySoManyConnections() async throws {
        var settings = ServerSettings()
        settings.limits.connectionsPerAddress = 1
        try await TestServer.with(settings) { server in
            try await server.connect { first in
                try await first.request("GET", "/health/live")
                #expect(try await first.answer().status == 200)
                try await server.connect { second in #expect(await second.isClosed()) }
                try await first.request("GET", "/health/live")
                #expect(try await first.answer().status == 200)
            }
        }
    }

    @Test func aStopLetsStreamsEndAndRefusesNewConnections() async throws {
        let probe = Probe()
        try await TestServer.with(routes: probe.add) { server in
            try await server.connect { idle in
                try await idle.request("GET", "/health/ready")
                #expect(try await idle.answer().status == 200)
                try await server.connect { connection in
                    try await connection.request("POST", "/test/stream", [:], Array("{}".utf8))
                    _ = try await connection.head()
                    _ = try await connection.chunk()
                    await server.group.triggerGracefulShutdown()
                    #expect(await idle.isClosed())
                    #expect(server.state.isDraining)
                    probe.released.fire()
                    #expect(try await connection.chunk() == Array("ended".utf8))
                    #expect(try await connection.chunk() == nil)
                    #expect(await connection.isClosed())
                }
            }
        }
    }

    @Test func aStreamThatDoesNotEndIsCutAtTheEndOfTheGracefulTime() async throws {
        let probe = Probe()
        try await TestServer.with(ServerSettings(gracefulTime: .milliseconds(200)), routes: probe.add) { server in
            try await server.connect { connection in
                try await connection.request("POST", "/test/stream", [:], Array("{}".utf8))
                _ = try await connection.head()
                _ = try await connection.chunk()
                await server.group.triggerGracefulShutdown()
                await probe.ended.wait()
            }
        }
    }
}
