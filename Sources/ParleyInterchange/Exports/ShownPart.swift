import Parley

/// What a person would see of an item, part by part.
enum ShownPart: Equatable {
    case text(String)
    /// Its address, which may hold the image itself.
    case image(String)
    /// Anything else, by its name or kind.
    case attachment(String)

    static func parts(of content: ItemContent) -> [ShownPart] {
        switch content.kind {
        case .message: content.parts.map(part)
        case .functionCallOutput:
            content.json["output"]?.array.map { $0.map(part) } ?? [.text(content.text)]
        case .functionCall, .reasoning, .compaction: [.text(content.text)]
        case .other: [.text(JSON.object(content.json).text)]
        }
    }

    /// The parts as one text, with a word in brackets for what is none.
    static func text(of content: ItemContent) -> String {
        parts(of: content).map { part in
            switch part {
            case .text(let text): text
            case .image(let url): url.hasPrefix("data:") ? "[image]" : "[image: \(url)]"
            case .attachment(let name): "[\(name)]"
            }
        }.joined(separator: "\n")
    }

    private static func part(_ part: JSON) -> ShownPart {
        if let text = ItemContent.text(of: part) { return .text(text) }
        if let url = part["image_url"]?.string ?? part["image_url"]?["url"]?.string { return .image(url) }
        let name = part["filename"]?.string ?? part["name"]?.string ?? part["type"]?.string ?? "attachment"
        return .attachment(name)
    }
}
