import Hummingbird
import Parley
import ParleyInterchange

/// Conversations as a file.
struct ExportRoutes {
    let services: Services

    /// One conversation.
    @Sendable func show(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let query = Query(request)
        try query.allow("format", "branches")
        let id = try context.conversationID
        let owner = try context.owner
        let options = try ExportOptions(query)
        let ids = [try services.interchange.exportable(id, of: owner)]
        return response(ExportRun(services.interchange, ids, options, of: owner), named: id.text)
    }

    /// Many, or all.
    @Sendable func list(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let query = Query(request)
        try query.allow("format", "branches")
        let owner = try context.owner
        let options = try ExportOptions(query)
        let ids = try await services.interchange.exportable(.init(), of: owner)
        return response(ExportRun(services.interchange, ids, options, of: owner), named: "parley")
    }

    private func response(_ run: ExportRun, named name: String) -> Response {
        let format = run.options.format
        return Response(
            status: .ok,
            headers: [
                .contentType: format.contentType,
                .contentDisposition: "attachment; filename=\"\(name).\(format.fileExtension)\"",
            ],
            body: ResponseBody { writer in
                try await run.write(to: &writer)
                try await writer.finish(nil)
            }
        )
    }
}
