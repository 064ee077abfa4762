import Parley

/// Reads messages one after the other, and ties results to the calls before them.
struct ShareGPTCalls {
    private var count = 0
    private var open: [String] = []

    mutating func contents(_ message: JSON, _ notes: inout ImportNotes) -> [ItemContent] {
        let text = (message["value"] ?? message["content"]).map { $0.string ?? $0.text } ?? ""
        switch (message["from"] ?? message["role"])?.string?.lowercased() {
        case "human", "user": return said(.user, text, &notes)
        case "gpt", "assistant", "chatgpt", "bing", "bard", "model", "bot": return said(.assistant, text, &notes)
        case "system": return said(.system, text, &notes)
        case "function_call", "tool_call": return calls(text)
        case "observation", "tool", "function_response", "function": return result(text, &notes)
        case let role:
            notes.add(.unknownContent)
            return [.unknown(.shareGPT, role ?? "message", ForeignSecrets.removed(from: message) ?? .null)]
        }
    }

    /// What stands in a message beside what it says.
    static func extra(of message: JSON) -> JSON.Object {
        message.object?.extra(without: ["from", "value", "role", "content"]) ?? JSON.Object()
    }

    private func said(_ role: ItemContent.Role, _ text: String, _ notes: inout ImportNotes) -> [ItemContent] {
        if text.isEmpty { notes.add(.emptyMessage) }
        return text.isEmpty ? [] : [ItemContent(role: role, text: text)]
    }

    /// The value is `{name, arguments}`, or a list of them.
    private mutating func calls(_ text: String) -> [ItemContent] {
        let json = try? JSON(parsing: text)
        let calls = json?.array ?? [json ?? .string(text)]
        return calls.map { call in
            count += 1
            let id = "call_\(count)"
            open.append(id)
            return .call(id, call["name"]?.string ?? "tool", call.object == nil ? .string(text) : call["arguments"])
        }
    }

    private mutating func result(_ text: String, _ notes: inout ImportNotes) -> [ItemContent] {
        if !open.isEmpty { return [.result(open.removeFirst(), .string(text))] }
        notes.add(.addedCall)
        count += 1
        return [.call("call_\(count)", "tool", "{}"), .result("call_\(count)", .string(text))]
    }
}
