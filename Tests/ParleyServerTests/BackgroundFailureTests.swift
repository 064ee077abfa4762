import Foundation
import ParleyServer
import ParleyStore
import ScriptedUpstream
import Synchronization
import Testing

@testable import Parley

/// Responses in the background when the process dies, or nothing can be written.
@Suite(.timeLimit(.minutes(2)))
struct BackgroundFailureTests {
    /// Says `a`, and `b` once the first gate is open; `c` and the end behind the second.
    private static func script(_ first: Gate, _ second: Gate, ends: Bool = true) -> ScriptedUpstream.Script {
        let last = said("c") + event(#"{"index":0,"delta":{},"finish_reason":"stop"}"#)
        let (begin, middle) = (said("a"), said("b"))
        return { request, upstream in
            guard request.path.hasSuffix("/completions") else { return Echo.script(request, upstream) }
            let rest = ends ? Reply.chunks(last) + [Reply.endOfBody] : [.hang]
            return .stream(begin, then: [.wait(first)] + Reply.chunks(middle) + [.wait(second)] + rest)
        }
    }

    private static func said(_ text: String) -> [UInt8] {
        event(#"{"index":0,"delta":{"content":"\#(text) "}}"#)
    }

    private static func event(_ choice: String) -> [UInt8] {
        Array(#"data: {"model":"served","choices":[\#(choice)]}"#.utf8) + Array("\n\n".utf8)
    }

    @Test func whatAWatcherSawComesAgainAfterACrash() async throws {
        let (disk, directory) = (FullDisk(), TestServer.newDirectory())
        defer { try? FileManager.default.removeItem(at: directory) }
        let seen = Seen()
        try await ChatServer.with(on: disk.ground(directory)) { chat in
            let conversation = try await chat.server.conversation()
            let words = Array(repeating: "word", count: 150).joined(separator: " ")
            for number in 1...2 { _ = try await chat.chat("\(number) \(words)", in: conversation) }
            let body = """
                {"input":"!slow one two three","conversation":"\(conversation)","background":true,"stream":true,\
                "context":{"policy":"summary","budget":300}}
                """
            try await chat.server.connect { connection in
                try await connection.request("POST", "/v1/responses", [:], Array(body.utf8))
                var answer = try await connection.head()
                while !answer.text.contains("output_text.delta"), let chunk = try await connection.chunk() {
                    answer.body += chunk
                }
                seen.events = answer.responseEvents
            }
            // Nothing of this process is written from here on.
            disk.isFull = true
            chat.upstream.gate.open()
            while chat.server.turns.runningCount > 0 { await Task.yield() }
        }
        #expect(seen.events.contains { $0["item"]?["type"] == "compaction" })
        let id = seen.events.first?["response"]?["id"]?.string ?? ""
        try await TestServer.with(on: .init(directory: directory)) { server in
            let again = try await server.send("GET", "/v1/responses/\(id)?stream=true").responseEvents
            #expect(again.prefix(seen.events.count).map(\.text) == seen.events.map(\.text))
            #expect(again.last?["type"] == "response.failed")
            let numbers = again.map { $0["sequence_number"]?.int }
            #expect(numbers == Array(0..<again.count))
            let shown = try await server.send("GET", "/v1/responses/\(id)").json
            let output = shown["output"]?.array ?? []
            #expect(output.map { $0["type"] } == ["compaction", "message"])
            #expect(output.first?["id"] == seen.events.first { $0["item"] != nil }?["item"]?["id"])
        }
    }

    @Test func theEventsAreTheSameWhateverTheModelCallsItself() async throws {
        let gate = Gate()
        gate.open()
        try await ChatServer.with(script: Self.script(gate, gate)) { chat in
            let live = try await chat.respond(#""model":"echo-1","input":"x","background":true,"stream":true"#)
            let id = live.responseEvents.first?["response"]?["id"]?.string ?? ""
            let again = try await chat.server.send("GET", "/v1/responses/\(id)?stream=true")
            #expect(again.text == live.text)
            #expect(live.responseEvents.last?["response"]?["model"] == "served")
        }
    }

    @Test func whatCannotBeWrittenIsShownOnceItIs() async throws {
        let (disk, gates) = (FullDisk(), (Gate(), Gate()))
        try await ChatServer.with(script: Self.script(gates.0, gates.1), on: disk.ground()) { chat in
            let live = try await chat.watch { id in
                let running = try chat.running(id)
                while running.piecesNow(from: 0).pieces.isEmpty { await Task.yield() }
                disk.isFull = true
                gates.0.open()
                while disk.refused == 0 { await Task.yield() }
                #expect(running.piecesNow(from: 0).pieces.compactMap(\.content) == ["a "])
                disk.isFull = false
                gates.1.open()
            }
            let events = live.responseEvents
            #expect(events.compactMap { $0["delta"]?.string } == ["a ", "b ", "c "])
            #expect(events.last?["type"] == "response.completed")
            let id = events.first?["response"]?["id"]?.string ?? ""
            let again = try await chat.server.send("GET", "/v1/responses/\(id)?stream=true")
            #expect(again.text == live.text)
        }
    }

    @Test func aTurnThatCannotBeWrittenForLongFails() async throws {
        let (disk, gates) = (FullDisk(), (Gate(), Gate()))
        let script = Self.script(gates.0, gates.1, ends: false)
        try await ChatServer.with(script: script, on: disk.ground(patience: .zero)) { chat in
            let live = try await chat.watch { id in
                let running = try chat.running(id)
                while running.piecesNow(from: 0).pieces.isEmpty { await Task.yield() }
                disk.isFull = true
                gates.0.open()
                await chat.upstream.until { $0.aborted == 1 }
            }
            // Its end could not be written either, so it is not told.
            let seen = live.responseEvents
            #expect(seen.compactMap { $0["delta"]?.string } == ["a "])
            #expect(seen.last?["type"] != "response.failed")
            let path = "/v1/responses/\(seen.first?["response"]?["id"]?.string ?? "")"
            #expect(try await chat.server.send("GET", path + "?stream=true").status == 503)
            disk.isFull = false
            await chat.server.turns.settleAgain()
            #expect(try await chat.server.send("GET", path).json["status"] == "failed")
            let again = try await chat.server.send("GET", path + "?stream=true").responseEvents
            #expect(again.prefix(seen.count).map(\.text) == seen.map(\.text))
            #expect(again.compactMap { $0["delta"]?.string } == ["a ", "b "])
            #expect(again.last?["response"]?["status"] == "failed")
        }
    }
}

/// Events that one server showed, for comparing with those of another.
private final class Seen: Sendable {
    private let all = Mutex<[JSON]>([])

    var events: [JSON] {
        get { all.withLock(\.self) }
        set { all.withLock { $0 = newValue } }
    }
}

extension ChatServer {
    fileprivate func running(_ id: Turn.ID) throws -> RunningTurn {
        try #require(server.turns.running(id, of: try server.store.user(named: User.localName).id))
    }

    /// Watches a response in the background while `body` runs beside it, to the end of the connection or the stream.
    fileprivate func watch(_ body: (Turn.ID) async throws -> Void) async throws -> RawAnswer {
        try await server.connect { connection in
            let request = #"{"input":"x","background":true,"stream":true}"#
            try await connection.request("POST", "/v1/responses", [:], Array(request.utf8))
            var answer = try await connection.head()
            try await body(try #require(Turn.ID(answer.headers["x-parley-turn"] ?? "")))
            while let chunk = try? await connection.chunk() { answer.body += chunk }
            return answer
        }
    }
}
