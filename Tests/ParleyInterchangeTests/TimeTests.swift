import Parley
import ParleyInterchange
import Testing

@Suite("Times of other programs")
struct TimeTests {
    @Test(
        "every way of writing a time is read",
        arguments: [
            ("2024-02-29T12:30:15.123456Z", 1_709_209_815_123), ("2024-02-29T12:30:15+00:00", 1_709_209_815_000),
            ("2024-02-29T14:30:15+02:00", 1_709_209_815_000), ("2024-02-29 12:30:15.5", 1_709_209_815_500),
            ("2024-02-29", 1_709_164_800_000), ("1709209815.123", 1_709_209_815_123),
        ] as [(String, Int64)]
    )
    func isRead(text: String, milliseconds: Int64) {
        #expect(ForeignTime.read(.string(text))?.milliseconds == milliseconds)
    }

    @Test(
        "units are told apart by the size of the number",
        arguments: ["1709209815.123", "1709209815123", "1709209815123000", "1709209815123000000"]
    )
    func unit(digits: String) {
        #expect(ForeignTime.read(.number(digits))?.milliseconds == 1_709_209_815_123)
    }

    @Test(
        "what is no time is none",
        arguments: ["", "yesterday", "3/4/2024, 5:06:07 PM", "2024-13-01", "2024-02-29T99:00", "2024-02-29Tx", "1e400"]
    )
    func none(text: String) {
        #expect(ForeignTime.read(.string(text)) == nil)
        #expect(ForeignTime.read(.number("1e30000")) == nil)
    }
}
