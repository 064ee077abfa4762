import Foundation
import Hummingbird
import Parley
import ParleyWire

/// The routes of the servers that tutorials build: one message in, one answer out. History only when a conversation is
/// given.
extension ChatRoutes {
    /// `{"message": …}` in; the whole completion out, readable as a chat's and as a legacy one.
    @Sendable
    func tutorialChat(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        try await ask(request, context, member: "message")
    }

    /// `{"prompt": …, "model"?: …}` in; `{"message": …}` out.
    @Sendable
    func askGPT(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        try await ask(request, context, member: "prompt") { answer in
            let text = answer["choices"]?.array?.first?["text"]?.string ?? ""
            return ["message": .string(text.trimmingCharacters(in: .whitespacesAndNewlines))]
        }
    }

    private func ask(
        _ request: Request,
        _ context: ParleyRequestContext,
        member: String,
        _ reshape: @escaping @Sendable (JSON) -> JSON = { $0 }
    ) async throws -> Response {
        let body = try await request.json(context)
        guard let text = body[member]?.string else {
            throw ParleyError(.missingParameter, "Missing required parameter: '\(member)'.", parameter: member)
        }
        var object = body.object
        object[member] = nil
        object["stream"] = nil
        object["messages"] = [["role": "user", "content": .string(text)]]
        let chat = try ChatRequest(JSONSlices(JSON.object(object).encoded))
        let turn = try TurnRequest(chat, request, context, recordsByDefault: settings.recordsByDefault)
        return try await responder.respond(turn, context) { id, created, model in
            TutorialShape(
                answer: CompletionAnswer(id: id, created: created, model: model),
                reshape: reshape
            )
        }
    }
}

/// A completion with both `text` and `message` in each choice, then changed into what the route answers.
private struct TutorialShape: AnswerShape {
    var answer: CompletionAnswer
    var reshape: @Sendable (JSON) -> JSON

    func event(_ chunk: AnswerChunk, to stream: inout EventStreamEncoder) {}
    func finish(_ reason: FinishReason, to stream: inout EventStreamEncoder) {}
    func usage(_ usage: Usage, to stream: inout EventStreamEncoder) {}

    func object(_ chunk: AnswerChunk, usage: Usage, model: String) -> [UInt8] {
        var answer = answer
        answer.model = model
        let object = answer.object(chunk.choices, usage: usage) ?? []
        return (try? JSON(parsing: object)).map { reshape($0).encoded } ?? object
    }
}
