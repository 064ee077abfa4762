import Foundation
import Parley
import TestProcesses

/// The real program, started by a test.
final class ParleyProcess: Sendable {
    private let pid: Int32
    private let output: AsyncStream<[UInt8]>
    private let errors: AsyncStream<[UInt8]>

    /// How a process ended, and what it said.
    struct End: Sendable {
        var status: Int32
        var output: String
        var errors: String

        var json: JSON { (try? JSON(parsing: output.trimmingCharacters(in: .whitespacesAndNewlines))) ?? .null }
    }

    /// The program lies beside the tests.
    static let program: String = {
        var folder = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        while folder.path != "/", !FileManager.default.isExecutableFile(atPath: folder.path + "/parley") {
            folder.deleteLastPathComponent()
        }
        return folder.path + "/parley"
    }()

    init(
        _ arguments: [String],
        of program: String = ParleyProcess.program,
        environment: [String: String],
        folder: URL,
        input: Data = Data()
    ) throws {
        let file = folder.appendingPathComponent("input-\(UUID().uuidString)")
        try input.write(to: file)
        let child = try Spawn.child(
            program,
            arguments,
            environment: environment,
            folder: folder.path,
            input: file.path
        )
        pid = child.pid
        output = Spawn.pieces(of: child.output)
        errors = Spawn.pieces(of: child.errors)
    }

    /// What it prints, up to and with the piece in which `text` is complete.
    func output(until text: String) async -> String {
        var bytes: [UInt8] = []
        for await piece in output {
            bytes += piece
            if String(decoding: bytes, as: UTF8.self).contains(text) { break }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    func signal(_ number: Int32) { kill(pid, number) }

    /// Waits for its end, once; what was taken with ``output(until:)`` is not in its output any more.
    func end() async -> End {
        let output = await Self.text(output)
        let errors = await Self.text(errors)
        return End(status: await Spawn.status(of: pid), output: output, errors: errors)
    }

    private static func text(_ pieces: AsyncStream<[UInt8]>) async -> String {
        String(decoding: await pieces.reduce(into: []) { $0 += $1 }, as: UTF8.self)
    }
}
