import Hummingbird
import Parley
import ParleyWire

/// The database as a whole, for administrators.
struct DatabaseRoutes {
    let services: Services

    /// How many bytes of a backup are sent at once.
    private static let piece = 1 << 18

    @Sendable func show(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        .json(try await status())
    }

    /// Begins to build the search index again, and says how much there is to do.
    @Sendable func reindex(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        try await note(.reindexed, context)
        try await services.search.reindex()
        return .json(SearchObject.json(try await services.search.searchStatus()), status: .accepted)
    }

    /// A copy of everything, as the bytes of a database file.
    ///
    /// Where it is kept is for the client to say: the server takes no paths.
    @Sendable func backUp(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let copy = try await services.storage.copy()
        try await note(.backedUp, context, [.init(name: "bytes", value: JSON(copy.size))])
        let body = ResponseBody(contentLength: Int(copy.size)) { writer in
            var offset: Int64 = 0
            while offset < copy.size {
                let bytes = try copy.bytes(from: offset, count: Self.piece)
                guard !bytes.isEmpty else { throw ParleyError(.internalError, "The copy of the database ended early.") }
                try await writer.write(ByteBuffer(bytes: bytes))
                offset += Int64(bytes.count)
            }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: [.contentType: "application/vnd.sqlite3"], body: body)
    }

    /// Tells what it finds as it goes, a JSON object on each line, the verdict on the last one.
    @Sendable func check(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let keeping = services.keeping
        let body = ResponseBody { writer in
            var report = CheckReport()
            do {
                try await keeping.check { event in
                    try await writer.write(ByteBuffer(bytes: report.line(event)))
                }
                try await writer.write(ByteBuffer(bytes: report.verdict))
            } catch {
                try await writer.write(ByteBuffer(bytes: report.failure(ParleyError(error))))
            }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: [.contentType: "application/x-ndjson"], body: body)
    }

    @Sendable func vacuum(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let body = try await request.json(context, optional: true)
        let isFull = try ObjectMembers(body.object).bool("full") ?? false
        return try await ProgressResponse.make(to: request) { tell in
            try await services.storage.vacuum(full: isFull) { progress in
                await tell { ProgressObject.json(progress) }
            }
            try await note(.vacuumed, context)
            return try await status()
        }
    }

    private func note(
        _ action: AuditEvent.Action,
        _ context: ParleyRequestContext,
        _ details: [JSON.Object.Member] = []
    ) async throws {
        let actor = try context.requireCaller().actor
        try await services.audit.record(AuditEvent(action, by: actor, details: JSON.Object(details)))
    }

    private func status() async throws -> JSON {
        DatabaseObject.json(try await services.storage.status(), search: try await services.search.searchStatus())
    }
}
