extension ItemContent {
    /// The bytes that stand for what an item means when a client sends it again, or `nil` for items that matching looks
    /// through (instructions, reasoning, compactions).
    ///
    /// Two items mean the same when role, text (outer white space trimmed, CRLF read as LF, a string equal to a single
    /// text part), call names and arguments are the same; call ids and unknown fields do not count.
    package var meaning: [UInt8]? {
        switch kind {
        case .message: isInstruction ? nil : messageMeaning
        case .functionCall:
            tagged("call", [json["name"]?.string ?? "", Self.canonicalArguments(json["arguments"]?.string ?? "")])
        case .functionCallOutput: tagged("result", [Self.trimmed(text)])
        case .reasoning, .compaction: nil
        case .other: tagged("other", [String(decoding: JSON.object(json).canonical, as: UTF8.self)])
        }
    }

    private var messageMeaning: [UInt8] {
        let role = json["role"]?.string ?? "user"
        let parts = parts.map { part in
            Self.text(of: part).map { "t" + Self.trimmed($0) } ?? "p" + String(decoding: part.canonical, as: UTF8.self)
        }
        return tagged(role, parts)
    }

    /// A tag and texts, each with its length in front, so that no two lists run into each other.
    private func tagged(_ tag: String, _ texts: [String]) -> [UInt8] {
        var bytes = Array(tag.utf8)
        for text in texts {
            bytes.append(0)
            bytes.append(contentsOf: String(text.utf8.count).utf8)
            bytes.append(UInt8(ascii: ":"))
            bytes.append(contentsOf: text.utf8)
        }
        return bytes
    }

    private static func trimmed(_ text: String) -> String {
        let text = text.utf8.contains(UInt8(ascii: "\r")) ? text.replacing("\r\n", with: "\n") : text
        let scalars = text.unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return "" }
        return String(scalars[first...last])
    }

    /// Arguments without the white space and member order that differ between writers.
    private static func canonicalArguments(_ text: String) -> String {
        guard let json = try? JSON(parsing: text) else { return trimmed(text) }
        return String(decoding: json.canonical, as: UTF8.self)
    }
}
