import Parley

/// Takes apart the text of an answer, in which `<details>` elements hold what the model thought and called.
enum OpenWebUIText {
    static func contents(_ text: String, of role: ItemContent.Role) -> [ItemContent] {
        guard role == .assistant, text.contains("<details") else {
            return text.isEmpty ? [] : [ItemContent(role: role, text: text)]
        }
        var contents: [ItemContent] = []
        var said = ""
        var rest = text[...]
        while let element = DetailsElement(first: rest) {
            let items = items(element, number: contents.count)
            said += rest[..<element.range.lowerBound]
            if let items {
                add(&said, to: &contents)
                contents += items
            } else {
                said += rest[element.range]
            }
            rest = rest[element.range.upperBound...]
        }
        said += rest
        add(&said, to: &contents)
        return contents
    }

    private static func add(_ said: inout String, to contents: inout [ItemContent]) {
        let text = said.trimmingSpace()
        if !text.isEmpty { contents.append(ItemContent(role: .assistant, text: text)) }
        said = ""
    }

    /// The items an element stands for; `nil` when it is part of the text.
    private static func items(_ element: DetailsElement, number: Int) -> [ItemContent]? {
        switch element.attributes["type"] {
        case "reasoning":
            let thought = element.quoted
            return thought.isEmpty ? [] : [.reasoning([thought])]
        case "tool_calls":
            let id = element.attributes["id"] ?? "call-\(number + 1)"
            let name = element.attributes["name"] ?? "tool"
            let call = ItemContent.call(id, name, unwrapped(element.attributes["arguments"] ?? "{}"))
            guard let result = element.attributes["result"] else { return [call] }
            return [call, .result(id, .string(unwrapped(result)))]
        default: return nil
        }
    }

    /// Attributes hold JSON, and within it often a string that is JSON again.
    private static func unwrapped(_ text: String) -> String {
        (try? JSON(parsing: text))?.string ?? text
    }
}
