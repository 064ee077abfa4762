import Foundation
import Parley
import ParleyClient
import ParleyInterchange

/// Fetches an export and writes it where it is to go.
struct ExportWriting {
    let api: APIClient
    let selection: ExportSelection
    let ids: [String]
    let existing: OutputFile.Existing
    let terminal: Terminal
    let progress: ProgressLine

    func write(to target: ExportTarget) async throws -> ExportOutcome {
        switch target {
        case .standardOutput: try await writeOut()
        case .file(let path): try await write(to: path)
        case .folder(let path): try await writeEach(into: path)
        }
    }

    private func writeOut() async throws -> ExportOutcome {
        let export = try await api.export(selection.query(of: ids))
        progress.end()
        var outcome = ExportOutcome(place: "-", format: selection.format)
        var text = TerminalText()
        let summary = try await export.read { bytes in
            outcome.bytes += bytes.count
            if terminal.isInteractive { terminal.write(text.append(bytes)) } else { try terminal.write(bytes: bytes) }
        }
        if terminal.isInteractive { terminal.write(text.finish()) }
        outcome.add(summary)
        outcome.notes.forEach(terminal.note)
        return outcome
    }

    private func write(to path: String) async throws -> ExportOutcome {
        let file = try OutputFile(path, existing)
        let export = try await api.export(selection.query(of: ids))
        var outcome = ExportOutcome(place: path, format: selection.format)
        outcome.add(try await read(export, into: file, &outcome.bytes))
        try file.finish()
        return outcome
    }

    private func read(_ export: APIExport, into file: OutputFile, _ count: inout Int) async throws -> JSON {
        try await export.read { bytes in
            try file.write(bytes)
            count += bytes.count
            progress.say("\(ByteText.of(count)) written")
        }
    }

    /// The names are made here, of the titles, so that no server chooses them.
    private func writeEach(into path: String) async throws -> ExportOutcome {
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        var outcome = ExportOutcome(place: path, format: selection.format)
        for conversation in try await conversations() {
            guard let id = conversation["id"]?.string else { continue }
            let title = conversation["title"]?.string ?? ""
            let name = ExportName.of(title: title, id: id, fileExtension: selection.format.fileExtension)
            let file = try OutputFile(path + name, existing)
            let summary = try await read(api.export(of: id, selection.options), into: file, &outcome.bytes)
            outcome.add(summary)
            // There is no file of what could not be said.
            if summary["left_out"]?["conversations"]?.int == 0 { try file.finish() }
        }
        return outcome
    }

    private func conversations() async throws -> [JSON] {
        guard !ids.isEmpty else { return try await api.conversations(limit: .max, query: selection.query) }
        var conversations: [JSON] = []
        for id in ids { conversations.append(try await api.conversation(id)) }
        return conversations
    }
}
