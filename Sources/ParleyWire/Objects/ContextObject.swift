package import Parley

/// What a context would take and leave, item by item, oldest first.
package enum ContextObject {
    /// The most characters of an item's text that are shown.
    private static let previewLength = 80

    package static func json(_ report: ContextReport) -> JSON {
        [
            "object": "context", "model": .string(report.model), "policy": .string(report.policy.rawValue),
            "budget": [
                "tokens": JSON(report.budget.tokens), "source": .string(report.budget.source.rawValue),
                "window": JSON(report.budget.window), "reserve": JSON(report.budget.reserve),
            ],
            "counting": report.exact ? "exact" : "estimated", "tokens": JSON(report.tokens),
            "instruction_tokens": JSON(report.instructionTokens), "tool_tokens": JSON(report.toolTokens),
            "remaining": JSON(report.remaining), "kept": JSON(report.kept), "dropped": JSON(report.dropped),
            "cached_prefix": JSON(report.cachedPrefix), "items": .array(report.entries.reversed().map(entry)),
        ]
    }

    private static func entry(_ entry: ContextReport.Entry) -> JSON {
        let content = entry.item.content
        let kind: JSON.Object.Member =
            content.kind == .message
            ? .init(name: "role", value: content.json["role"] ?? "user")
            : .init(name: "type", value: content.json["type"] ?? "other")
        return .object(
            JSON.Object([
                .init(name: "id", value: .string(entry.item.idText)), kind,
                .init(name: "text", value: .string(preview(content.text))),
                .init(name: "tokens", value: JSON(entry.tokens)),
                .init(name: "fate", value: .string(entry.fate.rawValue)),
                .init(name: "rule", value: .string(entry.rule.rawValue)),
            ])
        )
    }

    /// The beginning of a text on one line.
    ///
    /// Does not look at the rest of a long one.
    private static func preview(_ text: String) -> String {
        let beginning = text.prefix(previewLength + 1)
        let line = String(beginning.map { $0.isNewline ? " " : $0 })
        return beginning.count > previewLength ? line.prefix(previewLength - 1) + "…" : line
    }
}
