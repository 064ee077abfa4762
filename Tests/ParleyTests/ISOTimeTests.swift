import Parley
import Testing

struct ISOTimeTests {
    @Test(
        arguments: [
            ("2026", 1_767_225_600_000, .year), ("2026-02", 1_769_904_000_000, .month),
            ("2026-1-31", 1_769_817_600_000, .day), ("2026-01-31T10:00", 1_769_853_600_000, .moment),
            ("2026-01-31 10:00:00.1239999Z", 1_769_853_600_123, .moment),
            ("2026-01-31T10:00:00,5+02:00", 1_769_846_400_500, .moment),
            ("2026-01-31T10:00:00-0130", 1_769_859_000_000, .moment), ("1969-12-31T23:59:59Z", -1_000, .moment),
            ("2024-02-29", 1_709_164_800_000, .day), ("2026-06-30T23:59:60Z", 1_782_864_000_000, .moment),
        ] as [(String, Int64, ISOTime.Precision)]
    )
    func isRead(_ text: String, _ milliseconds: Int64, _ precision: ISOTime.Precision) throws {
        let read = try #require(ISOTime(text))
        #expect(read.time.milliseconds == milliseconds && read.precision == precision)
    }

    @Test(arguments: [
        "", "26", "2026-", "2026-13", "2026-00-01", "2023-02-29", "2026-04-31", "2026-01-31T", "2026-01-31T24:00",
        "2026-01-31T10", "2026-01-31T10:60", "2026-01-31T10:00:00.", "2026-01-31T10:00:00Zx", "2026-01-31T10:00+1",
        "2026T10:00", "2026-01-31T10:00:00+02:0x", " 2026-01-31", "٢٠٢٦-01-31", "20260131",
    ])
    func isNoTime(_ text: String) {
        #expect(ISOTime(text) == nil)
    }

    @Test func aMomentByRFC3339HasAZone() {
        #expect(Timestamp(text: "2026-01-31T10:00:00Z")?.milliseconds == 1_769_853_600_000)
        #expect(Timestamp(text: "2026-01-31")?.milliseconds == 1_769_817_600_000)
        for text in ["2026", "2026-01", "2026-1-31", "2026-01-31T10:00:00", "1969-12-31T23:59:59Z"] {
            #expect(Timestamp(text: text) == nil)
        }
    }
}
