import Parley
import ParleyWire

/// The shape of the legacy `/v1/completions`.
struct CompletionShape: AnswerShape {
    var answer: CompletionAnswer
    var includesUsage: Bool

    func event(_ chunk: AnswerChunk, to stream: inout EventStreamEncoder) {
        if let object = answer.object(chunk.choices, usage: nil) { stream.event(json: object) }
    }

    func finish(_ reason: FinishReason, to stream: inout EventStreamEncoder) {
        let choice: JSON = ["index": 0, "text": "", "finish_reason": .string(reason.rawValue)]
        if let object = answer.object(JSON.array([choice]).encoded, usage: nil) { stream.event(json: object) }
    }

    func usage(_ usage: Usage, to stream: inout EventStreamEncoder) {
        if includesUsage { stream.event(json: answer.usageObject(usage)) }
    }

    func object(_ chunk: AnswerChunk, usage: Usage, model: String) -> [UInt8] {
        var answer = answer
        answer.model = model
        return answer.object(chunk.choices, usage: usage) ?? []
    }
}
