import Parley

extension ItemContent {
    /// A message of several parts.
    static func message(_ role: Role, _ parts: [JSON]) -> Self {
        of(["type": "message", "role": .string(role.rawValue), "content": .array(parts)])
    }

    /// A call of a tool, whose arguments become JSON when they are none.
    static func call(_ id: String, _ name: String, _ arguments: String) -> Self {
        let isObject = (try? JSON(parsing: arguments))?.object != nil
        let input: JSON = ["input": .string(arguments)]
        return of([
            "type": "function_call", "call_id": .string(id), "name": .string(name),
            "arguments": .string(isObject ? arguments : input.text),
        ])
    }

    /// A call whose arguments may be a text or a value.
    static func call(_ id: String, _ name: String, _ arguments: JSON?) -> Self {
        call(id, name, arguments.map { $0.string ?? $0.text } ?? "{}")
    }

    /// What a tool answered; `hasFailed` when it says that of itself.
    static func result(_ id: String, _ output: JSON, hasFailed: Bool = false) -> Self {
        var result: JSON.Object = JSON.Object()
        result.append("type", "function_call_output")
        result.append("call_id", .string(id))
        result.append("output", output)
        if hasFailed { result.append("is_error", true) }
        return Self(result)
    }

    /// What a model thought; `summaries` are what was shown of it.
    static func reasoning(_ texts: [String], summaries: [String] = []) -> Self {
        let summary = summaries.map { ["type": "summary_text", "text": .string($0)] as JSON }
        let content = texts.map { ["type": "reasoning_text", "text": .string($0)] as JSON }
        return content.isEmpty
            ? of(["type": "reasoning", "summary": .array(summary)])
            : of(["type": "reasoning", "summary": .array(summary), "content": .array(content)])
    }

    /// Something that nobody knows yet, kept as it is and never sent to a model.
    static func unknown(_ format: ImportFormat, _ kind: String, _ json: JSON) -> Self {
        of(["type": .string("\(format.rawValue):\(kind)"), "content": json])
    }

    private static func of(_ json: JSON) -> Self { Self(json.object ?? JSON.Object()) }
}
