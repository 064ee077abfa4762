import Parley

/// A conversation as lines for people.
struct Transcript {
    let terminal: Terminal
    var raw = false

    /// A heading, then each item under the name of who said it.
    func lines(_ conversation: JSON, _ items: [JSON]) -> [String] {
        let title = conversation["title"]?.string ?? ""
        let heading = title.isEmpty ? conversation["id"]?.string ?? "" : title
        return [terminal.styled(shown(heading), .bold), ""] + items.flatMap(lines)
    }

    func lines(_ item: JSON) -> [String] {
        let speaker = Self.speaker(item)
        let isCut = item["status"]?.string == "incomplete"
        let style: Terminal.Style = speaker == "user" ? .cyan : .green
        let name = terminal.styled(Terminal.safe(speaker), style) + (isCut ? terminal.styled(" (cut off)", .dim) : "")
        return [name, shown(ItemText.of(item)), ""]
    }

    private func shown(_ text: String) -> String { raw ? text : Terminal.safe(text) }

    /// The role of a message, the kind of anything else.
    private static func speaker(_ item: JSON) -> String {
        item["role"]?.string ?? item["type"]?.string?.replacing("_", with: " ") ?? "item"
    }
}
