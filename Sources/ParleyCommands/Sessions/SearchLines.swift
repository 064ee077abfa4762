import Parley

/// What a search found, for people: a line that says where, and the text below it.
struct SearchLines {
    private let list: JSON

    init(_ list: JSON) { self.list = list }

    func lines(on terminal: Terminal) -> [String] {
        let hits = list["data"]?.array ?? []
        var lines = hits.flatMap { [heading($0, terminal), "  " + snippet($0, terminal)] }
        if hits.isEmpty { lines.append(terminal.styled("Nothing was found.", .dim)) }
        if list["has_more"]?.bool == true, let last = list["last_id"]?.string {
            lines.append(terminal.styled("More with --after \(Terminal.safe(last))", .dim))
        }
        if let lag = list["index_lag"]?.int, lag > 0 {
            let items = "\(CountText.of(lag, "item")) \(lag == 1 ? "is" : "are")"
            lines.append(terminal.styled("\(items) not in the index yet.", .dim))
        }
        return lines
    }

    private func heading(_ hit: JSON, _ terminal: Terminal) -> String {
        let facts = [
            ConversationReference.short(hit["conversation_id"]?.string ?? ""), TimeText.of(hit["created_at"]),
            hit["role"]?.string ?? "title",
        ]
        let marks = [("archived", "archived"), ("side_branch", "side branch")]
            .filter { hit[$0.0]?.bool == true }.map { "[\($0.1)]" }
        let title = Terminal.safe(Self.oneLine(hit["conversation_title"]?.string ?? ""))
        let beginning = Terminal.safe((facts + marks).joined(separator: "  "))
        let room = max(12, (terminal.isInteractive ? terminal.width : 120) - DisplayWidth.of(beginning) - 2)
        return terminal.styled(beginning, .dim) + "  " + terminal.styled(DisplayWidth.cut(title, to: room), .bold)
    }

    /// The snippet with what was found in colour, cut to the window.
    private func snippet(_ hit: JSON, _ terminal: Terminal) -> String {
        let scalars = Array((hit["snippet"]?.string ?? "").unicodeScalars)
        var room = terminal.isInteractive ? max(20, terminal.width - 2) : .max
        var position = 0
        var line = ""
        func append(upTo end: Int, _ style: Terminal.Style?) {
            let end = min(max(end, position), scalars.count)
            var piece = String.UnicodeScalarView()
            piece.append(contentsOf: scalars[position..<end])
            let whole = Terminal.safe(Self.oneLine(String(piece)))
            let shown = room > 0 ? DisplayWidth.cut(whole, to: room) : ""
            room -= min(room, DisplayWidth.of(whole))
            line += style.map { shown.isEmpty ? "" : terminal.styled(shown, $0) } ?? shown
            position = end
        }
        for highlight in hit["highlights"]?.array ?? [] {
            guard let start = highlight.array?.first?.int, let end = highlight.array?.last?.int else { continue }
            append(upTo: start, nil)
            append(upTo: end, .yellow)
        }
        append(upTo: scalars.count, nil)
        return line
    }

    private static func oneLine(_ text: String) -> String {
        String(text.map { $0.isNewline || $0 == "\t" ? " " : $0 })
    }
}
