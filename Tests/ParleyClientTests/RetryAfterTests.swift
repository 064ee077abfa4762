import Testing

@testable import ParleyClient

struct RetryAfterTests {
    /// Sun, 06 Nov 1994 08:49:37 GMT, the example of RFC 9110.
    static let now: Int64 = 784_111_777

    private func read(_ value: String?, milliseconds: String? = nil) -> Duration? {
        RetryAfter.read(milliseconds: milliseconds, value: value, now: Self.now, ceiling: .seconds(120))
    }

    @Test(arguments: [
        ("0", Duration.zero), ("7", .seconds(7)), ("1.5", .milliseconds(1500)), ("120", .seconds(120)),
        ("121", .seconds(120)), ("1e9", .seconds(120)), ("1e300", .seconds(120)),
        ("Sun, 06 Nov 1994 08:49:37 GMT", .zero), ("Sun, 06 Nov 1994 08:50:07 GMT", .seconds(30)),
        ("Sat, 05 Nov 1994 08:49:37 GMT", .zero), ("Tue, 29 Feb 2028 00:00:00 GMT", .seconds(120)),
    ])
    func isRead(value: String, expected: Duration) {
        #expect(read(value) == expected)
    }

    @Test(arguments: [
        "-1", "soon", "", "nan", "inf", "Sun, 06 Nov 1994", "Sun, 06 Foo 1994 08:49:37 GMT",
        "Sun, 99 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 99999999999999999999 08:49:37 GMT", "Sun, 06 Nov 1994 99:99:99 GMT",
    ])
    func garbageIsNothing(value: String) {
        #expect(read(value) == nil)
    }

    @Test func millisecondsComeFirst() {
        #expect(read("7", milliseconds: "250") == .milliseconds(250))
        #expect(read("7", milliseconds: "x") == .seconds(7))
        #expect(read(nil, milliseconds: "-5") == nil)
    }
}
