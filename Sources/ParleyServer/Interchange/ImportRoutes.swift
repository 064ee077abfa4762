import Hummingbird
import Parley
import ParleyWire

/// Conversations from a file in the canonical form.
struct ImportRoutes {
    let services: Services

    /// Its body may have any length.
    static let path = "v1/import"

    private static let progress = "application/x-ndjson"

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
        guard request.headers[.accept]?.contains(Self.progress) == true else {
            let report = try await run(options, owner, body) { _, _, _ in }
            return .json(ImportObject.json(report))
        }
        return Response(
            status: .ok,
            headers: [.contentType: Self.progress, .accelBuffering: "no"],
            body: ResponseBody { writer in
                do {
                    let report = try await run(options, owner, body) { report, lines, bytes in
                        try await writer.write(line: ImportObject.progress(report, lines: lines, bytes: bytes))
                    }
                    try await writer.write(line: ImportObject.json(report))
                } catch {
                    try await writer.write(line: ErrorObject(ParleyError(error)).json)
                }
                try await writer.finish(nil)
            }
        )
    }

    private func run(
        _ options: ImportOptions,
        _ owner: User.ID,
        _ body: RequestBody,
        _ progress: (ImportReport, Int, Int) async throws -> Void
    ) async throws -> ImportReport {
        let importing = try services.interchange.beginImport(options, of: owner)
        do {
            var reading = ImportReading(importing)
            for try await buffer in body {
                try await reading.take(Array(buffer: buffer))
                if reading.isDueToTell() { try await progress(importing.report, reading.lines, reading.bytes) }
            }
            return try await reading.finish()
        } catch {
            await importing.abandon()
            throw error
        }
    }
}

extension ResponseBodyWriter {
    fileprivate mutating func write(line json: JSON) async throws {
        try await write(ByteBuffer(bytes: json.encoded + [UInt8(ascii: "\n")]))
    }
}
