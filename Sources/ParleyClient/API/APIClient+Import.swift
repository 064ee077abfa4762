import AsyncHTTPClient
import NIOCore
import NIOHTTP1
package import Parley

extension APIClient {
    /// The longest import.
    private static var importPatience: TimeAmount { .hours(24) }

    /// Sends lines of the canonical form while `write` writes them, and returns what the server made of them.
    ///
    /// The writer waits for the server, so memory does not grow with the length. When `write` throws, the request is
    /// broken off.
    package func importLines(
        dryRun: Bool,
        _ write: (LineUpload) async throws -> Void
    ) async throws -> JSON {
        let upload = LineUpload()
        async let answer = answer(to: upload, dryRun: dryRun)
        do {
            try await write(upload)
            upload.finish()
        } catch is LineUpload.Closed {
            // The server answered before the end: its answer says why.
        } catch {
            upload.finish(throwing: error)
            _ = try? await answer
            throw error
        }
        return try await answer
    }

    private func answer(to upload: LineUpload, dryRun: Bool) async throws -> JSON {
        defer { upload.close() }
        let query = dryRun ? [APIQueryItem("dry_run", true)] : []
        var request = request(.post, "/v1/import", query, nil)
        request.headers.add(name: "Content-Type", value: "application/jsonl")
        request.body = .stream(UploadBody(upload: upload), length: .unknown)
        return try Self.json(try await collect(try await execute(request, Self.importPatience)))
    }
}
