/// Rows under headings, lined up by the width that characters have on a terminal.
struct Table: Sendable {
    var columns: [Column]
    /// The cells of each row, as they came; they are made safe when they are shown.
    var rows: [[String]]
    /// What is said instead of a table without rows.
    var emptyText: String

    struct Column: Sendable {
        var heading: String
        var isNumber = false
        /// Whether it gives way when the window is narrow.
        var isFlexible = false
    }

    init(_ columns: [Column], rows: [[String]], whenEmpty emptyText: String) {
        self.columns = columns
        self.rows = rows
        self.emptyText = emptyText
    }

    /// The lines, cut to the window where somebody looks at them.
    func lines(on terminal: Terminal) -> [String] {
        guard !rows.isEmpty else { return [terminal.styled(emptyText, .dim)] }
        let cells = rows.map { $0.map(Self.oneLine) }
        let widths = widths(cells, within: terminal.isInteractive ? terminal.width : nil)
        let heading = line(columns.map(\.heading), widths)
        return [terminal.styled(heading, .bold)] + cells.map { line($0, widths) }
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        var line = ""
        for (index, cell) in cells.enumerated() {
            let cut = DisplayWidth.cut(cell, to: widths[index])
            let blanks = String(repeating: " ", count: widths[index] - DisplayWidth.of(cut))
            let isLast = index == cells.count - 1
            line += columns[index].isNumber ? blanks + cut : cut + (isLast ? "" : blanks)
            if !isLast { line += "  " }
        }
        return line
    }

    /// What each column needs; the flexible ones share what a window lacks.
    private func widths(_ cells: [[String]], within limit: Int?) -> [Int] {
        var widths = columns.indices.map { index in
            ([columns[index].heading] + cells.map { $0[index] }).map { DisplayWidth.of($0) }.max() ?? 0
        }
        guard let limit else { return widths }
        var excess = widths.reduce(2 * (columns.count - 1), +) - limit
        for index in columns.indices where columns[index].isFlexible && excess > 0 {
            let given = min(excess, max(0, widths[index] - 12))
            widths[index] -= given
            excess -= given
        }
        return widths
    }

    private static func oneLine(_ cell: String) -> String {
        Terminal.safe(cell.split(whereSeparator: \.isNewline).joined(separator: " ").replacing("\t", with: " "))
    }
}
