import Parley
import Testing

/// Moments as people and programs write them.
struct TimestampTests {
    @Test(
        arguments: [
            ("2026-11-27", 1_795_737_600_000), ("2026-11-27T05:34:19Z", 1_795_757_659_000),
            ("2026-11-27T05:34:19.123Z", 1_795_757_659_123), ("2026-11-27T05:34:19+02:00", 1_795_750_459_000),
            ("1970-01-01", 0),
        ] as [(String, Int64)]
    )
    func aMomentIsReadToTheMillisecond(_ text: String, _ milliseconds: Int64) {
        #expect(Timestamp(text: text)?.milliseconds == milliseconds)
    }

    @Test(arguments: [
        "", "2026", "2026-11", "2026-13-01", "2026-11-27T05", "2026-11-27T05:34:19", "2026-11-27T05:34:19Zmore",
        "99999-01-01", "1969-12-31", "yesterday",
    ])
    func whatIsNoMomentIsRefused(_ text: String) {
        #expect(Timestamp(text: text) == nil)
    }

    @Test(arguments: [0, 1_795_757_659_000, 1_795_757_659_001, 1_795_757_659_120, 253_402_300_799_000] as [Int64])
    func whatIsWrittenIsReadAgain(_ milliseconds: Int64) {
        let time = Timestamp(milliseconds: milliseconds)
        #expect(Timestamp(text: time.exactText) == time)
        let read = time.json.string.flatMap(Timestamp.init(text:)) ?? time.json.int.flatMap(Timestamp.init(seconds:))
        #expect(read == time)
    }
}
