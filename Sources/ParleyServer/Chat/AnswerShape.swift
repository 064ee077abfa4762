import Parley
import ParleyWire

/// How an answer is written for the route that was asked.
protocol AnswerShape: Sendable {
    /// One event of a stream; nothing when the chunk has nothing for this shape.
    func event(_ chunk: AnswerChunk, to stream: inout EventStreamEncoder)

    /// The event that says why the answer ended, when the upstream did not.
    func finish(_ reason: FinishReason, to stream: inout EventStreamEncoder)

    /// What follows the last choice, when the client asked for it.
    func usage(_ usage: Usage, to stream: inout EventStreamEncoder)

    /// The whole answer as a JSON object.
    func object(_ chunk: AnswerChunk, usage: Usage, model: String) -> [UInt8]
}

/// The shape of `/v1/chat/completions`.
struct ChatShape: AnswerShape {
    var answer: ChatAnswer
    var includesUsage: Bool

    func event(_ chunk: AnswerChunk, to stream: inout EventStreamEncoder) {
        guard chunk.choices.count > 2 else { return }
        answer.chunk(chunk.choices, includesUsage: includesUsage, to: &stream)
    }

    func finish(_ reason: FinishReason, to stream: inout EventStreamEncoder) {
        let choice: JSON = ["index": 0, "delta": [:], "finish_reason": .string(reason.rawValue)]
        answer.chunk(JSON.array([choice]).encoded, includesUsage: includesUsage, to: &stream)
    }

    func usage(_ usage: Usage, to stream: inout EventStreamEncoder) {
        if includesUsage { answer.usageChunk(usage, to: &stream) }
    }

    func object(_ chunk: AnswerChunk, usage: Usage, model: String) -> [UInt8] {
        var answer = answer
        answer.model = model
        return answer.object(
            chunk.choices,
            usage: usage,
            fingerprint: chunk.systemFingerprint,
            serviceTier: chunk.serviceTier
        )
    }
}
