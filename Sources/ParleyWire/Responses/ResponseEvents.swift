package import Parley

/// Writes the events of a response's stream from the pieces of its answer.
///
/// Pure, and the same for an answer that comes and for one that is given again: equal pieces give equal events with
/// equal sequence numbers. Items open in the order in which the model began them, one at a time, and keep their ids.
package struct ResponseEvents: Sendable {
    private var object: ResponseObject
    private let turn: Turn.ID
    private var outputs: [OutputWriter] = []
    private var events: NumberedEvents
    private var finish: FinishReason?
    /// Items that stand before the answer: a summary that was made for it.
    private var before: [JSON] = []

    /// Events up to the number `after` are counted and not written; -1 writes all.
    package init(_ object: ResponseObject, turn: Turn.ID, after: Int = -1) {
        self.object = object
        self.turn = turn
        events = NumberedEvents(after: after)
    }

    /// What has been written since the last time.
    package mutating func take() -> [UInt8] { events.stream.take() }

    /// A sign of life.
    package mutating func keepAlive() { events.stream.keepAlive() }

    /// The events before anything is said.
    package mutating func begin() {
        let isQueued = object.echo["background"] == true
        object.status = isQueued ? .queued : .inProgress
        lifecycle("response.created")
        if isQueued { lifecycle("response.queued") }
        object.status = .inProgress
        lifecycle("response.in_progress")
    }

    /// Shows an item that stands before the answer.
    package mutating func add(_ item: JSON) {
        let index = JSON(before.count)
        before.append(item)
        for type in ["response.output_item.added", "response.output_item.done"] {
            events.write(type, [.init(name: "output_index", value: index), .init(name: "item", value: item)])
        }
    }

    /// The events that pieces of the answer make.
    package mutating func add(_ deltas: [AnswerDelta]) {
        for delta in deltas { add(delta) }
    }

    private mutating func add(_ delta: AnswerDelta) {
        guard delta.index == 0 else { return }
        if let text = delta.reasoning, !text.isEmpty { write(text, to: .reasoning) }
        if let text = delta.content, !text.isEmpty { write(text, to: .message, logprobs: delta.logprobs) }
        if let text = delta.refusal, !text.isEmpty { write(text, to: .message, isRefusal: true) }
        for call in delta.toolCalls { add(call) }
        finish = delta.finish ?? finish
    }

    /// The last events: what is open closes, and the response says how it ended.
    package mutating func end(
        _ status: Turn.Status,
        reason: String?,
        message: String?,
        usage: Usage?,
        model: String,
        at time: Timestamp
    ) {
        if status == .completed || status == .incomplete, finish != nil, !outputs.contains(where: \.isAnswer) {
            write("", to: .message)
        }
        let itemStatus: Item.Status = status == .completed ? .completed : .incomplete
        closeAll(itemStatus)
        object.settle(status, reason: reason, at: time)
        object.errorMessage = message
        object.output = before + outputs.map { $0.item(itemStatus) }
        object.usage = usage
        object.model = model
        lifecycle(Self.lastEvent(of: status))
    }

    private static func lastEvent(of status: Turn.Status) -> String {
        switch status {
        case .completed: "response.completed"
        case .incomplete: "response.incomplete"
        case .failed, .cancelled, .running: "response.failed"
        }
    }
}

extension ResponseEvents {
    private mutating func lifecycle(_ type: String) {
        events.write(type, [.init(name: "response", value: object.json)])
    }

    /// The item of a kind, begun when it is not there yet.
    ///
    /// What stands before it is closed then, except a call that some upstream goes on with later.
    private mutating func open(_ kind: AnswerAccumulator.Part, _ call: ToolCallDelta? = nil) -> Int {
        if let last = outputs.indices.last, outputs[last].kind == kind { return last }
        if let index = outputs.firstIndex(where: { $0.kind == kind }) { return index }
        for index in outputs.indices where outputs[index].isWhole { outputs[index].close(.completed, &events) }
        var output = OutputWriter(
            kind,
            index: before.count + outputs.count,
            id: .part(outputs.count, of: turn),
            call: call
        )
        output.begin(&events)
        outputs.append(output)
        return outputs.count - 1
    }

    private mutating func write(
        _ text: String,
        to kind: AnswerAccumulator.Part,
        isRefusal: Bool = false,
        logprobs: [JSON] = []
    ) {
        let index = open(kind)
        outputs[index].write(text, isRefusal: isRefusal, logprobs: logprobs, to: &events)
    }

    private mutating func add(_ call: ToolCallDelta) {
        let index = open(.call(call.index), call)
        outputs[index].write(call, to: &events)
    }

    private mutating func closeAll(_ status: Item.Status) {
        for index in outputs.indices { outputs[index].close(status, &events) }
    }
}
