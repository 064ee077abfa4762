import Parley

/// Parts of messages, as items have them.
enum ForeignPart {
    static func text(_ text: String, of role: ItemContent.Role) -> JSON { ItemContent.textPart(text, of: role) }

    /// A picture by its address, which may hold the picture itself.
    static func image(url: String) -> JSON { ["type": "input_image", "image_url": .string(url), "detail": "auto"] }

    /// A picture that the other program keeps under an id.
    static func image(id: String) -> JSON { ["type": "input_image", "file_id": .string(id), "detail": "auto"] }

    /// A file of which only the name is known.
    static func file(name: String) -> JSON { ["type": "input_file", "filename": .string(name)] }

    /// What a file holds, as the model was shown it.
    static func file(name: String, text: String) -> JSON {
        ["type": "input_text", "text": .string(text), "filename": .string(name)]
    }

    /// What a tool answered: a text when it is nothing else.
    static func output(_ parts: [JSON]) -> JSON {
        let texts = parts.compactMap { $0["text"]?.string }
        return texts.count == parts.count ? .string(texts.joined(separator: "\n")) : .array(parts)
    }
}
