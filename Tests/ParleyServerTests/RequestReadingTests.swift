import Testing

@testable import ParleyServer

struct RequestReadingTests {
    @Test func queriesAreReadAsTheSDKsWriteThem() {
        let query = Query(
            "include%5B%5D=a&include[]=b+c&metadata[k]=v%3D1&metadata%5Bx%5D=&limit=5&limit=6&flag&bad=%zz&=x"
        )
        #expect(query.list("include") == ["a", "b c"])
        #expect(query.map("metadata") == ["k": "v=1", "x": ""])
        #expect(query["limit"] == "6")
        #expect(query["flag"] == nil)
        #expect(query["bad"] == "%zz")
        #expect(query["nothing"] == nil)
    }

    @Test(
        arguments: [
            ("a%2Fb", "a/b"), ("%E4%BD%A0", "你"), ("plain", "plain"), ("", ""), ("%", nil), ("%4", nil), ("%+f", nil),
            ("%ff", nil), ("a+b", "a+b"),
        ] as [(String, String?)]
    )
    func percentEscapesAreDecodedOrRefused(text: String, decoded: String?) {
        #expect(PercentCoding.decode(text.utf8) == decoded)
    }

    @Test func wrongKeysAreCountedByAddressAndMinute() throws {
        let keys = WrongKeys(perMinute: 2)
        let now = ContinuousClock.now
        for _ in 0..<2 { try keys.note("a", now: now) }
        #expect(throws: (any Error).self) { try keys.note("a", now: now) }
        try keys.note("b", now: now)
        try keys.note("a", now: now + .seconds(60))
    }

    @Test func histogramsCountEveryDurationOnce() {
        var histogram = Histogram()
        for duration in [Duration.microseconds(500), .milliseconds(1), .milliseconds(30), .seconds(1000)] {
            histogram.add(duration)
        }
        #expect(histogram.count == 4)
        #expect(histogram.buckets[0] == 2)
        #expect(histogram.buckets.reduce(0, +) == 3)
    }
}
