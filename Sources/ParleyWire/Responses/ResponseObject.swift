package import Parley

/// A response as the API shows it, at any moment of its turn.
///
/// Every key is always there, null where empty: typed clients need them.
package struct ResponseObject: Sendable {
    package let id: String
    package let created: Int
    /// What it repeats of its request.
    package let echo: JSON.Object
    package var model: String
    package var status = Status.inProgress
    package var output: [JSON] = []
    package var usage: Usage?
    package var completed: Int?
    /// The reason of a turn that did not complete, as a stable word.
    package var reason: String?
    package var errorMessage: String?

    package enum Status: String, Sendable {
        case queued
        case inProgress = "in_progress"
        case completed
        case incomplete
        case failed
        case cancelled
    }

    package init(id: String, created: Int, echo: JSON.Object, model: String) {
        self.id = id
        self.created = created
        self.echo = echo
        self.model = model
    }

    /// The response of a stored turn.
    package init(_ turn: Turn, output: [Item]) {
        self.init(
            id: turn.idText,
            created: turn.createdAt.seconds,
            echo: turn.parameters ?? .init(),
            model: turn.model
        )
        settle(turn.status, reason: turn.reason, at: turn.settledAt)
        self.output = output.map(ItemObject.json)
        usage = turn.usage
    }

    /// Takes over how the turn stands.
    package mutating func settle(_ turn: Turn.Status, reason: String?, at time: Timestamp?) {
        status = Status(turn)
        self.reason = reason
        completed = turn == .completed ? time?.seconds : nil
    }
}

extension ResponseObject {
    /// The response as it was when nothing had been said.
    package var begun: Self {
        var object = Self(id: id, created: created, echo: echo, model: model)
        object.status = .inProgress
        return object
    }
}

extension ResponseObject.Status {
    package init(_ status: Turn.Status) {
        self =
            switch status {
            case .running: .inProgress
            case .completed: .completed
            case .incomplete: .incomplete
            case .failed: .failed
            case .cancelled: .cancelled
            }
    }
}

extension ResponseObject {
    package var json: JSON {
        var object = JSON.Object([
            .init(name: "id", value: .string(id)), .init(name: "object", value: "response"),
            .init(name: "created_at", value: JSON(created)), .init(name: "status", value: .string(status.rawValue)),
            .init(name: "completed_at", value: completed.map { JSON($0) } ?? .null),
            .init(name: "error", value: error), .init(name: "incomplete_details", value: incompleteDetails),
            .init(name: "model", value: .string(model)), .init(name: "output", value: .array(output)),
            .init(name: "service_tier", value: "default"),
            .init(name: "usage", value: usage.map(Self.usage) ?? .null),
        ])
        for member in echo.members { object.append(member.name, member.value) }
        return .object(object)
    }

    private var incompleteDetails: JSON {
        guard status == .incomplete else { return .null }
        return ["reason": .string(reason == "content_filter" ? "content_filter" : "max_output_tokens")]
    }

    private var error: JSON {
        guard status == .failed else { return .null }
        let message = errorMessage ?? "The model's answer broke off (\(reason ?? "unknown reason"))."
        let code = reason == ParleyError.Code.upstreamRateLimited.rawValue ? "rate_limit_exceeded" : "server_error"
        return ["code": .string(code), "message": .string(message)]
    }

    /// The usage object with every detail that clients look for.
    package static func usage(_ usage: Usage) -> JSON {
        [
            "input_tokens": JSON(usage.inputTokens),
            "input_tokens_details": ["cached_tokens": JSON(usage.cachedTokens), "cache_write_tokens": 0],
            "output_tokens": JSON(usage.outputTokens),
            "output_tokens_details": ["reasoning_tokens": JSON(usage.reasoningTokens)],
            "total_tokens": JSON(usage.totalTokens),
        ]
    }
}
