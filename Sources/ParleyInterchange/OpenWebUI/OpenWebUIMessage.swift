import Parley

/// One message of a chat.
struct OpenWebUIMessage {
    let json: JSON.Object
    let id: String
    let place: MessageForest.Node
    private let role: ItemContent.Role

    private static let known: Set = [
        "id", "parentId", "childrenIds", "role", "content", "timestamp", "model", "files", "output", "done", "models",
    ]

    init?(id: String, _ json: JSON, parent: String?) {
        guard let object = json.object else { return nil }
        self.json = object
        self.id = id
        place = .init(id: id, parent: parent, children: json["childrenIds"]?.array?.compactMap(\.string) ?? [])
        role = ItemContent.Role(rawValue: json["role"]?.string ?? "user") ?? .assistant
    }

    var time: JSON? { json["timestamp"] }

    /// Fills in what is known beside the content.
    func shape(_ item: inout ItemRecord, _ time: Timestamp?) {
        item.createdAt = time
        if role == .assistant { item.model = json["model"]?.string }
        if json["done"]?.bool == false { item.status = .incomplete }
        if item.key == id { item.extra = json.extra(without: Self.known) }
        guard item.content.kind == .message else { return }
        if let rating = json["annotation"]?["rating"]?.int, rating != 0 { item.rating = rating > 0 ? 1 : -1 }
    }

    /// The items it stands for: newer answers list them, older ones hide them in their text.
    func contents(_ notes: inout ImportNotes) -> [ItemContent] {
        let listed = (json["output"]?.array ?? []).compactMap(Self.listed)
        if role == .assistant, !listed.isEmpty {
            let files = files(&notes)
            return files.isEmpty ? listed : listed + [.message(role, files)]
        }
        var contents = OpenWebUIText.contents(json["content"]?.string ?? "", of: role)
        let parts = (json["content"]?.array ?? []).compactMap(part) + files(&notes)
        if !parts.isEmpty {
            if let last = contents.last, last.kind == .message {
                contents[contents.count - 1] = .message(role, last.parts + parts)
            } else {
                contents.append(.message(role, parts))
            }
        }
        if contents.isEmpty { notes.add(reasonForNothing) }
        return contents
    }

    private var reasonForNothing: ImportNote {
        if json["error"] != nil, json["error"] != .null { return .errorMessage }
        return json["done"]?.bool == false ? .unfinishedMessage : .emptyMessage
    }

    private static func listed(_ item: JSON) -> ItemContent? {
        guard let object = item.object, item["type"]?.string != nil else { return nil }
        return ItemContent(object)
    }

    private func part(_ part: JSON) -> JSON? {
        if let text = part["text"]?.string { return ForeignPart.text(text, of: role) }
        return part["image_url"]?["url"]?.string.map { ForeignPart.image(url: $0) }
    }

    private func files(_ notes: inout ImportNotes) -> [JSON] {
        (json["files"]?.array ?? []).map { file in
            let url = file["url"]?.string ?? ""
            if file["type"]?.string == "image", url.hasPrefix("data:") { return ForeignPart.image(url: url) }
            notes.add(.missingFile)
            if file["type"]?.string == "image" { return ForeignPart.image(id: url) }
            return ForeignPart.file(name: file["name"]?.string ?? (url.isEmpty ? "file" : url))
        }
    }
}
