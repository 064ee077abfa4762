import Parley

/// All that came of a call.
struct Heard: Sendable {
    var chunks: [AnswerChunk] = []
    /// What ended it, when it did not end well.
    var error: ParleyError?
    /// Whether it failed before anything was said.
    var failedAtOnce = false

    var deltas: [AnswerDelta] { chunks.flatMap(\.deltas) }

    /// The content of sample 0.
    var text: String { deltas.filter { $0.index == 0 }.compactMap(\.content).joined() }

    var finish: FinishReason? { deltas.compactMap(\.finish).last }

    var usage: Usage? { chunks.compactMap(\.usage).last }
}

extension Upstream {
    /// Makes a call and reads its answer to the end.
    func hear(_ request: UpstreamRequest) async -> Heard {
        var heard = Heard(failedAtOnce: true)
        do {
            let stream = try await open(request)
            heard.failedAtOnce = false
            while let chunks = try await stream.next() { heard.chunks += chunks }
        } catch {
            heard.error = ParleyError(error)
        }
        return heard
    }
}
