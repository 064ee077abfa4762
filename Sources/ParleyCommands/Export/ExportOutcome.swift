import Parley
import ParleyInterchange

/// What was written.
struct ExportOutcome: Sendable {
    var place: String
    var format: ExportFormat
    var bytes = 0
    /// What there was to be said, and what of it the format could not say.
    private(set) var conversations = 0
    private var conversationsLeftOut = 0
    private var itemsLeftOut = 0

    init(place: String, format: ExportFormat) {
        self.place = place
        self.format = format
    }

    /// Adds what the server says behind a file.
    mutating func add(_ summary: JSON) {
        conversations += summary["conversations"]?.int ?? 0
        conversationsLeftOut += summary["left_out"]?["conversations"]?.int ?? 0
        itemsLeftOut += summary["left_out"]?["items"]?.int ?? 0
    }

    var json: JSON {
        [
            "output": .string(place), "format": .string(format.rawValue),
            "conversations": JSON(conversations - conversationsLeftOut), "bytes": JSON(bytes),
            "left_out": ["conversations": JSON(conversationsLeftOut), "items": JSON(itemsLeftOut)],
        ]
    }

    var summary: [String] {
        let count = CountText.of(conversations - conversationsLeftOut, "conversation")
        return ["Wrote \(count) to \(Terminal.safe(place)) (\(ByteText.of(bytes)))."] + notes
    }

    /// What somebody who reads the file would not know.
    var notes: [String] {
        [(conversationsLeftOut, "conversation"), (itemsLeftOut, "item")].filter { $0.0 > 0 }.map { count, noun in
            "\(CountText.of(count, noun)) left out: \(reason(noun))"
        }
    }

    private func reason(_ noun: String) -> String {
        switch (format, noun) {
        case (.preferences, _): "no two answers to one question, of which one is better."
        case (_, "conversation"): "\(format.rawValue) needs turns of a question and an answer, and no more than 8 MiB."
        default: "\(format.rawValue) has no place for them."
        }
    }
}
