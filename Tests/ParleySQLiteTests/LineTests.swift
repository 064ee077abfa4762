import Testing

@testable import ParleySQLite

struct LineTests {
    @Test func whatGoesInFirstComesOutFirstHoweverLongTheLine() {
        var line = Line<Int>()
        var next = 0
        var expected = 0
        for round in 1...50 {
            for _ in 0..<round * 7 {
                line.append(next)
                next += 1
            }
            for _ in 0..<round * 6 {
                #expect(line.popFirst() == expected)
                expected += 1
            }
            #expect(line.count == next - expected)
        }
        #expect(line.removeAll() == Array(expected..<next))
        #expect(line.isEmpty)
        #expect(line.popFirst() == nil)
    }
}
