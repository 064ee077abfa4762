import Hummingbird
import Parley
import ParleyWire

// Events that are given again, and those of a turn in the background.

extension ResponseResponder {
    /// The events of a turn in the background after a number: those that were, then those that come.
    func watch(_ turn: Turn, after: Int, _ context: ParleyRequestContext) throws -> Response {
        let owner = try context.owner
        if turn.status == .running, let running = turns.running(turn.id, of: owner) {
            return watch(running, ResponseObject(turn, output: []), after: after, context)
        }
        // It may have ended since it was read.
        let ended = try store.turn(turn.id, of: owner)
        guard ended.status != .running else { throw Self.unsettled }
        return try replay(ended, after: after, of: owner)
    }

    /// Its end could not be written yet, as on a full disk.
    private static var unsettled: ParleyError {
        ParleyError(.overloaded, "The end of this response is not on disk yet. Please try again.")
    }
}

extension ResponseResponder {
    /// Ends at once when the client leaves, and without a last event when the turn's end could not be written.
    func watch(
        _ running: RunningTurn,
        _ object: ResponseObject,
        after: Int,
        _ context: ParleyRequestContext
    ) -> Response {
        .eventStream(.turn(object.id, running.accepted.conversation), state) { writer in
            var events = ResponseEvents(object, turn: running.id, after: after)
            events.begin()
            if let summary = running.summary { events.add(ItemObject.json(summary)) }
            let watch = TurnWatch(running)
            try await context.withClientGoneHandler {
                var seen = 0
                repeat {
                    let bytes = events.take()
                    if !bytes.isEmpty { try await writer.write(ByteBuffer(bytes: bytes)) }
                    guard let pieces = try await watch.pieces(from: seen) else { break }
                    events.add(pieces)
                    if pieces.isEmpty { events.keepAlive() }
                    seen += pieces.count
                } while true
            } onGone: {
                watch.leave()
            }
            let ended = try store.turn(running.id, of: running.accepted.owner)
            guard ended.status != .running else { throw Self.unsettled }
            events.end(ended)
            try await writer.write(ByteBuffer(bytes: events.take()))
        }
    }

    func replay(_ turn: Turn, after: Int, of owner: User.ID) throws -> Response {
        let outputs = try store.items(of: turn.id, owner: owner).output
        let kept = turn.background ? try store.keptAnswer(of: turn.id, of: owner) : KeptAnswer()
        let answer = outputs.filter { $0.content.kind != .compaction }
        let pieces = kept.pieces.isEmpty ? AnswerDelta.pieces(of: answer, turn.finish) : kept.pieces
        var object = ResponseObject(turn, output: []).begun
        object.model = kept.opening?.model ?? object.model
        var events = ResponseEvents(object, turn: turn.id, after: after)
        events.begin()
        for summary in summaries(kept, outputs) { events.add(summary) }
        events.add(pieces)
        events.end(turn)
        let bytes = events.take()
        return .eventStream(.turn(turn.idText, turn.conversation), state) { writer in
            try await writer.write(ByteBuffer(bytes: bytes))
        }
    }

    /// The summary that was made for a turn, as it was shown.
    private func summaries(_ kept: KeptAnswer, _ outputs: [Item]) -> [JSON] {
        if let opening = kept.opening { return opening.summary.map { [ItemObject.json($0)] } ?? [] }
        return outputs.filter { $0.content.kind == .compaction }.map(ItemObject.json)
    }
}
