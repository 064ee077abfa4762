import Hummingbird
import Parley
import ParleyWire

/// Conversations from a file in the canonical form.
struct ImportRoutes {
    let services: Services

    /// Its body may have any length.
    static let path = "v1/import"

    /// Reads the body as it comes, whatever its size.
    ///
    /// With `Accept: application/x-ndjson` lines tell how far it has come;
    /// the last one is the same object that is the whole answer otherwise, or an error.
    @Sendable func create(_ request: Request, _ context: ParleyRequestContext) async throws -> Response {
        let query = Query(request)
        try query.refuseOthers(than: ["dry_run"])
        let caller = try context.requireCaller()
        let options = ImportOptions(
            isDryRun: try query.flag("dry_run") ?? false,
            actor: caller.actor
        )
        let body = request.body
        let owner = caller.user.id
        return try await ProgressResponse.make(to: request) { tell in
            ImportObject.json(try await run(options, owner, body, tell))
        }
    }

    private func run(
        _ options: ImportOptions,
        _ owner: User.ID,
        _ body: RequestBody,
        _ tell: ProgressResponse.Listener
    ) async throws -> ImportReport {
        let importing = try services.interchange.beginImport(options, of: owner)
        do {
            var reading = ImportReading(importing)
            for try await buffer in body {
                try await reading.take(Array(buffer: buffer))
                await tell { ImportObject.progress(importing.report, lines: reading.lines, bytes: reading.bytes) }
            }
            return try await reading.finish()
        } catch {
            await importing.abandon()
            throw error
        }
    }
}
