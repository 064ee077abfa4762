import Parley
import ParleyWire
import Testing

struct SSEEncoderTests {
    @Test func eventsAreWrittenAsClientsReadThem() {
        var encoder = EventStreamEncoder()
        encoder.event(json: Array(#"{"a":1}"#.utf8))
        encoder.keepAlive()
        encoder.event("response.created") { $0.raw("{}") }
        encoder.done()
        let text = String(decoding: encoder.take(), as: UTF8.self)
        #expect(text == "data: {\"a\":1}\n\n: keep-alive\n\nevent: response.created\ndata: {}\n\ndata: [DONE]\n\n")
        #expect(encoder.bytes.isEmpty)
    }

    @Test func jsonOverSeveralLinesBecomesOne() throws {
        var encoder = EventStreamEncoder()
        encoder.event(json: Array("{\r\n \"a\": 1\n}".utf8))
        var decoder = EventStreamDecoder()
        let events = try decoder.append(encoder.bytes)
        #expect(events.map { String(decoding: $0.data, as: UTF8.self) } == ["{   \"a\": 1 }"])
    }
}
