import Foundation
import Parley
import ScriptedUpstream

/// A home, a database and an upstream of a test's own.
struct Workplace: Sendable {
    let folder: URL
    let upstream: ScriptedUpstream
    var environment: [String: String]

    static func with<Result>(
        _ settings: [String: String] = [:],
        _ body: (Workplace) async throws -> Result
    ) async throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "parley-\(UUID().uuidString.prefix(8))"
        )
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let upstream = try await ScriptedUpstream.start()
        let environment = [
            "HOME": folder.path, "PATH": "/usr/bin:/bin", "PARLEY_DATABASE": folder.path + "/p.sqlite",
            "OPENAI_BASE_URL": upstream.baseURL, "OPENAI_API_KEY": "k", "PARLEY_MODEL": "echo-1",
        ]
        let place = Workplace(
            folder: folder,
            upstream: upstream,
            environment: environment.merging(settings) { _, new in new }
        )
        let result = try await body(place)
        await upstream.stop()
        return result
    }

    /// Starts the program and returns while it runs.
    func start(_ arguments: String..., input: String = "", settings: [String: String] = [:]) throws -> ParleyProcess {
        try start(arguments, input: Data(input.utf8), settings: settings)
    }

    /// Runs the program to its end.
    func parley(
        _ arguments: String...,
        input: String = "",
        settings: [String: String] = [:]
    ) async throws -> ParleyProcess.End {
        try await start(arguments, input: Data(input.utf8), settings: settings).end()
    }

    /// Runs the program to its end, with any bytes as its standard input.
    func parley(_ arguments: String..., bytes: Data, settings: [String: String] = [:]) async throws -> ParleyProcess.End
    {
        try await start(arguments, input: bytes, settings: settings).end()
    }

    func run(_ arguments: [String]) async throws -> ParleyProcess.End {
        try await start(arguments, input: Data(), settings: [:]).end()
    }

    /// Starts a server on a free port and returns once it listens.
    func serve() async throws -> (server: ParleyProcess, url: String) {
        let server = try start("serve", "--port", "0", "--json")
        let line = await server.output(until: "\n")
        let url = (try? JSON(parsing: line.trimmingCharacters(in: .whitespacesAndNewlines)))?["url"]?.string
        return (server, url ?? "")
    }

    private func start(_ arguments: [String], input: Data, settings: [String: String]) throws -> ParleyProcess {
        let environment = environment.merging(settings) { _, new in new }
        return try ParleyProcess(arguments, environment: environment, folder: folder, input: input)
    }
}
