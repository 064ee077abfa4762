package import Parley

/// A prune as the API shows it.
package enum RemovalObject {
    package static func json(_ removal: Removal) -> JSON {
        var object = JSON.Object([
            .init(name: "id", value: .string(removal.id.text)), .init(name: "object", value: "prune"),
            .init(name: "dry_run", value: false), .init(name: "reason", value: .string(removal.reason.rawValue)),
            .init(name: "actor", value: .string(removal.actor)), .init(name: "filter", value: .object(removal.filter)),
        ])
        for (name, value) in counts(removal.counts) { object.append(name, value) }
        object.append("started_at", JSON(removal.startedAt.seconds))
        object.append("finished_at", removal.finishedAt.map { JSON($0.seconds) } ?? .null)
        object.append("log_emptied_at", removal.emptiedAt.map { JSON($0.seconds) } ?? .null)
        return .object(object)
    }

    /// What would be removed; who owns it is for administrators only.
    package static func json(_ survey: RemovalSurvey, withUsers: Bool) -> JSON {
        var object = JSON.Object([
            .init(name: "object", value: "prune"), .init(name: "dry_run", value: true),
        ])
        for (name, value) in counts(survey.total) { object.append(name, value) }
        if withUsers {
            let users = survey.users.map { user in
                JSON.object(
                    .init(
                        [.init(name: "user", value: .string(user.name))]
                            + counts(user.counts).map { .init(name: $0.name, value: $0.value) }
                    )
                )
            }
            object.append("users", .array(users))
        }
        return .object(object)
    }

    package static func json(_ erasure: Erasure) -> JSON {
        var object = JSON.Object([
            .init(name: "id", value: .string(erasure.id.text)), .init(name: "object", value: "user.erased"),
        ])
        for (name, value) in counts(erasure.counts) { object.append(name, value) }
        object.append("keys", JSON(erasure.keys))
        object.append("started_at", JSON(erasure.startedAt.seconds))
        object.append("finished_at", erasure.finishedAt.map { JSON($0.seconds) } ?? .null)
        object.append("log_emptied_at", erasure.emptiedAt.map { JSON($0.seconds) } ?? .null)
        return .object(object)
    }

    private static func counts(_ counts: RemovalCounts) -> [(name: String, value: JSON)] {
        [
            ("conversations", JSON(counts.conversations)), ("items", JSON(counts.items)),
            ("turns", JSON(counts.turns)), ("tokens", JSON(counts.tokens)), ("bytes", JSON(counts.bytes)),
        ]
    }
}

/// The body of a prune.
package struct RemovalBody: Sendable {
    package var filter: ConversationFilter
    /// Only these, of which the other conditions hold too.
    package var conversations: [Conversation.ID]?
    package var keep: Int?
    package var deletedBefore: Timestamp?
    /// Whose conversations; for administrators only.
    package var user: String?
    /// Unless it is said otherwise nothing is removed.
    package var isDryRun: Bool

    /// Only those that lists show, which is what an export holds.
    package var isListedOnly: Bool

    private static let known = ["filter", "conversations", "keep", "deleted_before", "listed_only", "dry_run"]

    /// Reads it; a member that is not known is refused, for it may have been meant to spare something.
    package init(_ body: JSON.Object, forAdministrators: Bool) throws {
        let known = Self.known + (forAdministrators ? ["user"] : [])
        if let unknown = body.members.first(where: { !known.contains($0.name) }) {
            throw ParleyError.unknownParameter(unknown.name, known: known)
        }
        let members = ObjectMembers(body)
        filter =
            try members["filter"].map { value in
                guard let object = value.object else {
                    throw ParleyError(.invalidType, "'filter' must be an object.", parameter: "filter")
                }
                return try ConversationFilter(object, path: "filter.")
            } ?? ConversationFilter()
        conversations = try members.array("conversations").map(Self.identifiers)
        keep = try members.integer("keep", atLeast: 0)
        deletedBefore = try members.time("deleted_before")
        user = try members.string("user")
        isListedOnly = try members.bool("listed_only") ?? false
        isDryRun = try members.bool("dry_run") ?? true
    }

    private static func identifiers(_ values: [JSON]) throws -> [Conversation.ID] {
        let most = RemovalRequest.mostConversations
        guard values.count <= most else {
            throw ParleyError(.arrayTooLong, "At most \(most) ids at once.", parameter: "conversations")
        }
        return try values.map { value in
            guard let id = value.string.flatMap({ Conversation.ID($0) }) else {
                throw ParleyError(
                    .invalidValue,
                    "'conversations' must hold ids of conversations.",
                    parameter: "conversations"
                )
            }
            return id
        }
    }

    package func request(by actor: AuditEvent.Actor) throws -> RemovalRequest {
        var request = RemovalRequest(filter, keep: keep, deletedBefore: deletedBefore, by: actor)
        request.conversations = conversations
        request.isListedOnly = isListedOnly
        guard !request.isUnlimited else { throw ParleyError.removesEverything }
        return request
    }
}
