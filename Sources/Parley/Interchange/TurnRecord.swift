/// A turn as a line of the canonical form: what of it matters for history and accounting.
///
/// Nothing that could act for its user is in it: neither the API key it came with nor the fingerprint of its request.
package struct TurnRecord: Hashable, Sendable {
    /// Our id (`turn_…`), by which items name it.
    package var key: String
    package var face: Turn.Face
    /// Never `running`.
    package var status: Turn.Status
    package var reason: String?
    package var stored = false
    package var background = false
    package var upstream: String = ""
    package var model: String
    /// The system and developer messages at the head of its request, as a JSON array.
    package var instructions: JSON?
    package var metadata: [String: String] = [:]
    /// What a response shows of its request.
    package var parameters: JSON.Object?
    /// The key of its last input item, under which its answer stands.
    package var input: String?
    package var inputCount = 0
    package var outputCount = 0
    /// The answer's `choices` as they were sent.
    package var choices: JSON?
    package var finish: FinishReason?
    /// What the upstream said of itself.
    package var systemFingerprint: String?
    package var serviceTier: String?
    package var usage: Usage?
    /// Millionths of a dollar.
    package var cost: Int64?
    package var createdAt: Timestamp
    package var settledAt: Timestamp?
    package var deletedAt: Timestamp?

    package init(key: String, face: Turn.Face, status: Turn.Status, model: String, createdAt: Timestamp) {
        self.key = key
        self.face = face
        self.status = status
        self.model = model
        self.createdAt = createdAt
    }
}

extension Turn: Identified {
    /// The prefix under which a turn is named whatever its face.
    package static let idPrefix = "turn_"
}
