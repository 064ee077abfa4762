import Parley
import ParleyWire
import Testing

struct SSEDecoderTests {
    private func events(_ pieces: [[UInt8]]) throws -> [ServerSentEvent] {
        var decoder = EventStreamDecoder()
        var events: [ServerSentEvent] = []
        for piece in pieces { events += try decoder.append(piece) }
        return events + (try decoder.finish())
    }

    private func texts(_ stream: String) throws -> [String] {
        try events([Array(stream.utf8)]).map { String(decoding: $0.data, as: UTF8.self) }
    }

    static let streams: [String] = [
        "data: a\n\ndata: b\n\n", "data: a\r\n\r\ndata: b\r\n\r\n", "data: a\r\rdata: b\r\r",
        "data: a\r\n\rdata: b\n\r\n",
        "\u{FEFF}data: 你好\n\ndata: 🌍👩‍👩‍👧\n\n", ": ping\n\ndata:x\ndata: y\ndata\n\n", "event: error\ndata: {}\n\ndata: z",
        "id: 1\nretry: 2\nother: 3\ndata: w\n\n\n\n\r\r\n", "data:\n\ndata\n\n", "event: alone\n\ndata: after\n\n", "",
        "\n", "\r", "\u{FEFF}",
    ]

    /// Every way to cut a stream in two or three gives what the whole gives.
    @Test(arguments: streams)
    func cuttingAnywhereChangesNothing(stream: String) throws {
        let bytes = Array(stream.utf8)
        let whole = try events([bytes])
        for first in 0...bytes.count {
            for second in first...bytes.count {
                let pieces = [Array(bytes[..<first]), Array(bytes[first..<second]), Array(bytes[second...])]
                #expect(try events(pieces) == whole)
            }
        }
        #expect(try events(bytes.map { [$0] }) == whole)
    }

    /// Random streams of the bytes that matter, cut at random.
    @Test func cuttingAtRandomChangesNothing() throws {
        var random = SystemRandomNumberGenerator()
        let alphabet = Array("data: event:id\u{FEFF}\r\r\n\n\n:x你".utf8)
        for _ in 0..<2000 {
            let bytes = (0..<Int.random(in: 0...60)).compactMap { _ in alphabet.randomElement(using: &random) }
            var pieces: [[UInt8]] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Int.random(in: 0...min(7, rest.count))
                pieces.append(Array(rest.prefix(count)))
                rest = rest.dropFirst(count)
            }
            #expect(try events(pieces) == events([bytes]), "\(bytes)")
        }
    }

    @Test func linesOfDataAreJoined() throws {
        #expect(try texts("data: a\ndata:b\ndata\ndata:  c\n\n") == ["a\nb\n\n c"])
    }

    @Test func fieldsAreRecognisedWhole() throws {
        #expect(try texts("dat: a\ndatax: b\n data: c\ndata : d\ndata: e\n\n") == ["e"])
    }

    @Test func aLastEventCountsOnlyWithData() throws {
        #expect(try texts("data: a\n\ndata: b") == ["a", "b"])
        #expect(try texts("data: a\n\nevent: b") == ["a"])
    }

    @Test func theNameGoesWithItsEvent() throws {
        let events = try events([Array("event: a\ndata: 1\n\ndata: 2\n\n".utf8)])
        #expect(events.map(\.name) == ["a", nil])
    }

    @Test(arguments: [1, 1000, 1 << 20])
    func aLineMayBeAsLongAsTheLimit(piece: Int) throws {
        let limit = EventStreamDecoder.lineLimit
        let value = [UInt8](repeating: UInt8(ascii: "x"), count: limit - 6)
        #expect(try decode(Array("data: ".utf8) + value + [10, 10], piece: piece) == [limit - 6])
        #expect(throws: ParleyError.self) { try decode(Array("data: x".utf8) + value + [10, 10], piece: piece) }
        #expect(throws: ParleyError.self) { try decode(Array("data: x".utf8) + value, piece: piece) }
    }

    @Test func anEventMayBeAsLargeAsTheLimit() throws {
        let line = Array("data: ".utf8) + [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 19) + [10]
        let seven = Array([[UInt8]](repeating: line, count: 7).joined())
        #expect(try decode(seven + [10], piece: 4096) == [7 << 19 | 6])
        #expect(throws: ParleyError.self) { try decode(seven + line + [10], piece: 4096) }
    }

    private func decode(_ bytes: [UInt8], piece: Int) throws -> [Int] {
        var decoder = EventStreamDecoder()
        var sizes: [Int] = []
        for start in stride(from: 0, to: bytes.count, by: piece) {
            sizes += try decoder.append(bytes[start..<min(start + piece, bytes.count)]).map(\.data.count)
        }
        return sizes
    }
}
