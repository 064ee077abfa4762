import HTTPTypes
import Hummingbird
import Parley
import ParleyInterchange
import ParleyWire

/// Conversations as a file.
struct ExportRoutes {
    let services: Services

    /// One conversation.
    @Sendable func show(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let query = Query(request)
        try query.refuseOthers(than: ExportOptions.parameters)
        let id = try context.conversationID
        let options = try ExportOptions(query)
        let ids = [try services.interchange.exportable(id, of: try context.owner)]
        return try await response(ids, options, .init(), subject: id.text, context)
    }

    /// Those that a filter lets through, or all.
    @Sendable func list(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let query = Query(request)
        try query.refuseOthers(than: ["id"] + ExportOptions.parameters + FilterMember.allCases.map(\.rawValue))
        let options = try ExportOptions(query)
        let filter = try query.filter()
        let named = query.list("id")
        guard named.isEmpty else {
            let ids = try ids(named, filter, context)
            return try await response(ids, options, filter.json, subject: "", context)
        }
        let ids = try await services.interchange.exportable(filter, of: try context.owner)
        return try await response(ids, options, filter.json, subject: "", context)
    }

    /// The conversations that are named one by one.
    private func ids(
        _ named: [String],
        _ filter: ConversationFilter,
        _ context: ParleyRequestContext
    ) throws -> [ExportID] {
        guard filter.isUnlimited else {
            throw ParleyError(.mutuallyExclusive, "Give either 'id' or filter parameters, not both.", parameter: "id")
        }
        guard named.count <= context.limits.page else {
            throw ParleyError(.arrayTooLong, "At most \(context.limits.page) ids at once.", parameter: "id")
        }
        let owner = try context.owner
        return try named.map { text in
            guard let id = Conversation.ID(text) else { throw ParleyError.notFound("Conversation", text) }
            return try services.interchange.exportable(id, of: owner)
        }
    }

    /// Streams page by page, so that memory does not grow with what is written.
    ///
    /// What the format could not say is counted behind the file, for only then it is known: in the trailer, and with
    /// `summary=true` in the body too, for there are clients that cannot read trailers.
    private func response(
        _ ids: [ExportID],
        _ options: ExportOptions,
        _ filter: JSON.Object,
        subject: String,
        _ context: ParleyRequestContext
    ) async throws -> Response {
        let caller = try context.requireCaller()
        var details = options.json
        details.append("conversations", JSON(ids.count))
        details.append("filter", .object(filter))
        // Whose they are, when they are not the caller's own.
        if caller.administrator != nil { details.append("user", .string(caller.user.name)) }
        try await services.audit.record(AuditEvent(.exported, by: caller.actor, subject: subject, details: details))
        let run = ExportRun(services.interchange, ids, options, filter, of: caller.user.id)
        let name = subject.isEmpty ? "parley" : subject
        return Response(
            status: .ok,
            headers: [
                .contentType: options.hasSummary ? "application/octet-stream" : options.format.contentType,
                .contentDisposition: "attachment; filename=\"\(name).\(options.format.fileExtension)\"",
                .exportedConversations: String(ids.count),
                .trailer: HTTPField.Name.leftOut.canonicalName,
            ],
            body: ResponseBody { writer in
                let summary = try await run.write(to: &writer)
                if options.hasSummary {
                    try await writer.write(ByteBuffer(bytes: ExportSummaryObject.behindFile(summary)))
                }
                try await writer.finish([
                    .leftOut: "conversations=\(summary.leftOut.conversations), items=\(summary.leftOut.items)"
                ])
            }
        )
    }
}

extension HTTPField.Name {
    /// How many conversations an export has, by which it can be told how far it has come.
    static let exportedConversations = Self("x-parley-conversations") ?? .server
    /// What an export could not say, behind its end.
    static let leftOut = Self("x-parley-left-out") ?? .server
}
