/// One request: input items → context → upstream → output items.
package struct Turn: Sendable, Identifiable {
    package typealias ID = Identifier<Turn>

    package var id: ID
    package var conversation: Identifier<Conversation>?
    package var face: Face
    package var status: Status
    /// Why a turn failed or stopped early, as a stable word.
    package var reason: String?
    package var model: String
    package var createdAt: Timestamp
    package var settledAt: Timestamp?
    package var usage: Usage?
    package var finish: FinishReason?
    /// The answer's `choices` as they were sent, kept while somebody may ask for them again.
    package var choices: [UInt8]?
    /// `system_fingerprint` and `service_tier` as the upstream wrote them, kept as long.
    package var systemFingerprint: String?
    package var serviceTier: String?
    /// What a response shows of its request.
    package var parameters: JSON.Object?
    /// Whether it goes on without its client.
    package var background = false
    /// Whether it can be fetched by its id.
    package var stored = false

    /// The API through which a turn is seen; it decides how its id is written.
    package enum Face: String, Sendable {
        case chat
        case completion
        case response

        package var idPrefix: String {
            switch self {
            case .chat: "chatcmpl-"
            case .completion: "cmpl-"
            case .response: "resp_"
            }
        }
    }

    package enum Status: String, Sendable {
        case running
        case completed
        /// Cut by the token limit or a content filter, and by nothing else.
        case incomplete
        case failed
        case cancelled
    }

    package init(
        id: ID,
        conversation: Identifier<Conversation>?,
        face: Face,
        status: Status,
        reason: String?,
        model: String,
        createdAt: Timestamp,
        settledAt: Timestamp?,
        usage: Usage?,
        finish: FinishReason?,
        choices: [UInt8]?
    ) {
        self.id = id
        self.conversation = conversation
        self.face = face
        self.status = status
        self.reason = reason
        self.model = model
        self.createdAt = createdAt
        self.settledAt = settledAt
        self.usage = usage
        self.finish = finish
        self.choices = choices
    }
}

extension Turn {
    /// The identifier on the wire, by face.
    package var idText: String { face.idPrefix + id.digits }
}
