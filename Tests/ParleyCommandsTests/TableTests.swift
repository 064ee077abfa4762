import Testing

@testable import ParleyCommands

@Suite struct TableTests {
    private let terminal = Terminal(environment: ["NO_COLOR": "1"])

    @Test func columnsLineUpByTheWidthOfCharacters() {
        let table = Table(
            [Table.Column(heading: "NAME"), Table.Column(heading: "N", isNumber: true), Table.Column(heading: "X")],
            rows: [["天气", "1", "a"], ["ab", "20", "b"]],
            whenEmpty: "none"
        )
        #expect(table.lines(on: terminal) == ["NAME   N  X", "天气   1  a", "ab    20  b"])
    }

    @Test func anEmptyTableSaysSo() {
        #expect(Table([Table.Column(heading: "A")], rows: [], whenEmpty: "none").lines(on: terminal) == ["none"])
    }

    @Test func cellsAreOneSafeLine() {
        let table = Table([Table.Column(heading: "A")], rows: [["x\ny\u{1B}"]], whenEmpty: "")
        #expect(table.lines(on: terminal).last == "x y␛")
    }

    @Test(arguments: [("abc", 3), ("天气", 4), ("é", 1), ("e\u{301}", 1), ("👩‍👩‍👧", 2), ("ｱ", 1), ("Ａ", 2), ("", 0)])
    func widthIsThatOfATerminal(text: String, width: Int) {
        #expect(DisplayWidth.of(text) == width)
    }

    @Test func cuttingNeverPassesTheWidth() {
        for width in 1...8 { #expect(DisplayWidth.of(DisplayWidth.cut("天气abc好", to: width)) <= width) }
    }
}
