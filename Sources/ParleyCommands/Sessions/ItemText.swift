import Parley

/// The text of an item as the API shows it.
enum ItemText {
    static func of(_ item: JSON) -> String {
        switch item["content"] {
        case .string(let text)?: return text
        case .array(let parts)?: return parts.map(part).joined(separator: "\n")
        default: break
        }
        if let text = item["text"]?.string { return text }
        if let name = item["name"]?.string { return "\(name)(\(item["arguments"]?.string ?? ""))" }
        switch item["output"] {
        case .string(let text)?: return text
        case .array(let parts)?: return parts.map(part).joined(separator: "\n")
        default: return ""
        }
    }

    /// What has no text is named by its type.
    private static func part(_ part: JSON) -> String {
        ItemContent.text(of: part) ?? "[\(part["type"]?.string ?? "part")]"
    }
}
