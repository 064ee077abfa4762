import Parley

/// Deltas as they are kept while a turn runs: a JSON array with one object for each, boundaries included.
enum ChunkText {
    static func write(_ deltas: [AnswerDelta]) -> String {
        JSON.array(deltas.map(json)).text
    }

    static func read(_ text: String) -> [AnswerDelta] {
        guard let values = try? JSON(parsing: text).array else { return [] }
        return values.map(delta)
    }

    static func write(_ opening: TurnOpening) -> String {
        var object: JSON.Object = .init([.init(name: "m", value: .string(opening.model))])
        if let summary = opening.summary {
            object.append("s", ["d": .string(summary.id.digits), "j": .object(summary.content.json)])
        }
        return JSON.object(object).text
    }

    static func opening(_ text: String) -> TurnOpening? {
        guard let json = try? JSON(parsing: text), let model = json["m"]?.string else { return nil }
        var opening = TurnOpening(model: model, summary: nil)
        if let digits = json["s"]?["d"]?.string, let bytes = Hexadecimal.decode(Array(digits.utf8)),
            let content = json["s"]?["j"]?.object
        {
            opening.summary = ItemDraft(ItemContent(content), id: Identifier(bytes: bytes))
        }
        return opening
    }

    private static func json(_ delta: AnswerDelta) -> JSON {
        var object = JSON.Object()
        if delta.index != 0 { object.append("i", JSON(delta.index)) }
        if let content = delta.content { object.append("c", .string(content)) }
        if let reasoning = delta.reasoning { object.append("r", .string(reasoning)) }
        if let refusal = delta.refusal { object.append("f", .string(refusal)) }
        if !delta.logprobs.isEmpty { object.append("p", .array(delta.logprobs)) }
        if !delta.toolCalls.isEmpty { object.append("t", .array(delta.toolCalls.map(json))) }
        if let finish = delta.finish { object.append("e", .string(finish.rawValue)) }
        return .object(object)
    }

    private static func json(_ call: ToolCallDelta) -> JSON {
        ["i": JSON(call.index), "d": JSON(call.id), "n": JSON(call.name), "a": .string(call.arguments)]
    }

    private static func delta(_ json: JSON) -> AnswerDelta {
        AnswerDelta(
            index: json["i"]?.int ?? 0,
            content: json["c"]?.string,
            reasoning: json["r"]?.string,
            refusal: json["f"]?.string,
            logprobs: json["p"]?.array ?? [],
            toolCalls: (json["t"]?.array ?? []).map {
                ToolCallDelta(
                    index: $0["i"]?.int ?? 0,
                    id: $0["d"]?.string,
                    name: $0["n"]?.string,
                    arguments: $0["a"]?.string ?? ""
                )
            },
            finish: json["e"]?.string.flatMap(FinishReason.init(rawValue:))
        )
    }
}
