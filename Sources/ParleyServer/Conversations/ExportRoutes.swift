import Hummingbird
import Parley
import ParleyInterchange

/// One conversation as a file.
struct ExportRoutes {
    let services: Services

    /// Streams page by page, so that memory does not grow with the conversation.
    @Sendable func show(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let name = Query(request)["format"] ?? ExportFormat.parley.rawValue
        guard let format = ExportFormat(rawValue: name) else {
            let known = ExportFormat.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
            throw ParleyError(.invalidValue, "'format' must be one of \(known).", parameter: "format")
        }
        let id = try context.conversationID
        let owner = try context.owner
        let conversation = try services.conversations.conversation(id, of: owner)
        let first = try page(after: nil, id, owner)
        let body = ResponseBody { writer in
            var export = ConversationExport(format, of: conversation)
            var page = first
            try await writer.write(ByteBuffer(bytes: export.begin(exportedAt: .now)))
            while true {
                try await writer.write(ByteBuffer(bytes: page.elements.flatMap { export.add($0) }))
                guard page.hasMore, let last = page.elements.last else { break }
                page = try self.page(after: last.id, id, owner)
            }
            try await writer.write(ByteBuffer(bytes: export.end()))
            try await writer.finish(nil)
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: format.contentType,
                .contentDisposition: "attachment; filename=\"\(id.text).\(format.fileExtension)\"",
            ],
            body: body
        )
    }

    private func page(after: Item.ID?, _ id: Conversation.ID, _ owner: User.ID) throws -> Page<Item> {
        try services.conversations.items(ItemQuery(after: after, limit: 100, ascending: true), in: id, of: owner)
    }
}
