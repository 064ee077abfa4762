import Parley

/// The `content` of a message, whose type decides which of its members say something.
struct ChatGPTMessageContent {
    private let json: JSON

    init(_ json: JSON) { self.json = json }

    private var kind: String { json["content_type"]?.string ?? "text" }

    private static let kinds: Set = [
        "text", "multimodal_text", "code", "execution_output", "tether_quote", "tether_browsing_display", "thoughts",
    ]
    private static let said: Set = ["content_type", "parts", "text", "title", "url", "summary", "result", "thoughts"]

    /// What is told beside what is said; nothing of a kind that is kept whole.
    var rest: JSON.Object {
        guard Self.kinds.contains(kind), let object = json.object else { return JSON.Object() }
        return object.extra(without: Self.said)
    }

    /// Everything that can be read in it.
    var plainText: String {
        switch kind {
        case "code", "execution_output": json["text"]?.string ?? ""
        case "tether_quote":
            ["title", "url", "text"].compactMap { json[$0]?.string }.filter { !$0.isEmpty }.joined(separator: "\n")
        case "tether_browsing_display":
            ["summary", "result"].compactMap { json[$0]?.string }.filter { !$0.isEmpty }.joined(separator: "\n")
        case "system_error":
            ["name", "text"].compactMap { json[$0]?.string }.joined(separator: ": ")
        default:
            (json["parts"]?.array ?? []).compactMap { $0.string ?? $0["text"]?.string }.joined(separator: "\n")
        }
    }

    /// The parts of a message; `nil` for a kind that nobody knows.
    func parts(of role: ItemContent.Role, _ notes: inout ImportNotes) -> [JSON]? {
        switch kind {
        case "text", "code", "execution_output", "tether_quote", "tether_browsing_display":
            let text = plainText
            return text.isEmpty ? [] : [ForeignPart.text(text, of: role)]
        case "multimodal_text":
            return (json["parts"]?.array ?? []).compactMap { Self.part($0, role, &notes) }
        default: return nil
        }
    }

    /// What a tool answered.
    func output(_ notes: inout ImportNotes) -> JSON {
        if kind == "multimodal_text" { return ForeignPart.output(parts(of: .user, &notes) ?? []) }
        let text = plainText
        if text.isEmpty, json["parts"] == nil, json["text"] == nil, json != .null {
            if !Self.kinds.contains(kind) { notes.add(.unknownContent) }
            return .string((ForeignSecrets.removed(from: json) ?? .null).text)
        }
        return .string(text)
    }

    private static func part(_ part: JSON, _ role: ItemContent.Role, _ notes: inout ImportNotes) -> JSON? {
        if let text = part.string { return text.isEmpty ? nil : ForeignPart.text(text, of: role) }
        switch part["content_type"]?.string {
        case "audio_transcription":
            return part["text"]?.string.map { ForeignPart.text($0, of: role) }
        case "image_asset_pointer":
            notes.add(.missingFile)
            return image(part)
        case "audio_asset_pointer", "real_time_user_audio_video_asset_pointer":
            notes.add(.missingFile)
            let pointer = part["asset_pointer"] ?? part["audio_asset_pointer"]?["asset_pointer"]
            return ForeignPart.file(name: pointer?.string ?? "recording")
        default:
            notes.add(.unknownContent)
            guard part.object != nil else { return nil }
            return ["type": "input_unknown", "content": ForeignSecrets.removed(from: part) ?? .null]
        }
    }

    /// The picture lies beside the conversations in the archive, under a name that begins with the id.
    private static func image(_ part: JSON) -> JSON {
        var image = ForeignPart.image(id: part["asset_pointer"]?.string ?? "").object ?? JSON.Object()
        let known = Set(image.members.map(\.name) + ["content_type", "asset_pointer"])
        for member in part.object?.extra(without: known).members ?? [] { image.append(member.name, member.value) }
        return .object(image)
    }
}
