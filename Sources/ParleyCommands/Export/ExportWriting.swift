import Foundation
import Parley
import ParleyClient
import ParleyInterchange

/// Fetches an export and writes it where it is to go.
struct ExportWriting {
    let api: APIClient
    let selection: ExportSelection
    let ids: [String]
    let terminal: Terminal
    let replaces: Bool

    func write(to target: ExportTarget) async throws -> ExportOutcome {
        switch target {
        case .standardOutput: try await writeOut()
        case .file(let path): try await write(to: path)
        case .folder(let path): try await writeEach(into: path)
        }
    }

    private func writeOut() async throws -> ExportOutcome {
        let export = try await api.export(selection.query(of: ids))
        var outcome = ExportOutcome(place: "-", format: selection.format)
        outcome.conversations = export.conversations ?? 0
        var text = TerminalText()
        try await export.read { bytes in
            outcome.count(bytes)
            if terminal.isInteractive { terminal.write(text.append(bytes)) } else { try terminal.write(bytes: bytes) }
        }
        if terminal.isInteractive { terminal.write(text.finish()) }
        outcome.notes.forEach(terminal.note)
        return outcome
    }

    private func write(to path: String) async throws -> ExportOutcome {
        let file = try OutputFile(path, replaces: replaces)
        let export = try await api.export(selection.query(of: ids))
        var outcome = ExportOutcome(place: path, format: selection.format)
        outcome.conversations = export.conversations ?? 0
        var progress = ExportProgress(on: terminal)
        try await export.read { bytes in
            try file.write(bytes)
            outcome.count(bytes)
            progress.tell(file.count)
        }
        progress.finish()
        try file.finish()
        return outcome
    }

    /// The names are made here, of the titles, so that no server chooses them.
    private func writeEach(into path: String) async throws -> ExportOutcome {
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        var outcome = ExportOutcome(place: path, format: selection.format)
        var progress = ExportProgress(on: terminal)
        for conversation in try await conversations() {
            guard let id = conversation["id"]?.string else { continue }
            let title = conversation["title"]?.string ?? ""
            let name = ExportName.of(title: title, id: id, fileExtension: selection.format.fileExtension)
            let file = try OutputFile(path + name, replaces: replaces)
            try await api.export(id, selection.options).read { bytes in
                try file.write(bytes)
                outcome.count(bytes)
            }
            try file.finish()
            outcome.conversations += 1
            outcome.frames += 1
            progress.tell(outcome.bytes)
        }
        progress.finish()
        return outcome
    }

    private func conversations() async throws -> [JSON] {
        guard !ids.isEmpty else { return try await api.conversations(limit: .max, query: selection.query) }
        var conversations: [JSON] = []
        for id in ids { conversations.append(try await api.conversation(id)) }
        return conversations
    }
}

/// What was written.
struct ExportOutcome: Sendable {
    var place: String
    var format: ExportFormat
    var conversations = 0
    private(set) var bytes = 0
    private var lines = 0
    /// How many times there is something in front of the conversations and behind them.
    var frames = 0

    init(place: String, format: ExportFormat) {
        self.place = place
        self.format = format
    }

    mutating func count(_ piece: [UInt8]) {
        bytes += piece.count
        if format.linesPerFrame != nil { lines += piece.reduce(0) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) } }
    }

    /// The conversations that the format could not say; `nil` where it says all, or not one on each line.
    private var leftOut: Int? {
        format.linesPerFrame.map { conversations - (lines - $0 * max(frames, 1)) }
    }

    var json: JSON {
        [
            "output": .string(place), "format": .string(format.rawValue), "conversations": JSON(conversations),
            "bytes": JSON(bytes), "left_out": JSON(leftOut ?? 0),
        ]
    }

    var summary: [String] {
        let noun = conversations == 1 ? "conversation" : "conversations"
        return ["Wrote \(conversations - (leftOut ?? 0)) \(noun) to \(Terminal.safe(place)) (\(ByteText.of(bytes)))."]
            + notes
    }

    /// What somebody who reads the file would not know.
    var notes: [String] {
        guard let leftOut, leftOut > 0 else { return [] }
        return [
            "\(leftOut) of \(conversations) conversations were left out: they are not in turns that \(format.rawValue) takes."
        ]
    }
}
