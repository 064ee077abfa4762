import Foundation
import Parley
import ParleyClient
import ParleyInterchange

/// Writes what is about to be pruned into a file and reads it back: only then it may be removed.
struct PruneExport {
    let api: APIClient
    let path: String
    let filter: ConversationFilter
    let terminal: Terminal
    let progress: ProgressLine

    /// - Returns: also which conversations the file holds.
    /// - Throws: ``ParleyError/Code/databaseDamaged`` when the file does not hold, to the byte, what was written.
    func write() async throws -> (outcome: ExportOutcome, ids: [String]) {
        let selection = ExportSelection(
            query: filter.query,
            options: [APIQueryItem("format", ExportFormat.parley.rawValue)],
            format: .parley
        )
        let writing = ExportWriting(
            api: api,
            selection: selection,
            ids: [],
            existing: .stays,
            terminal: terminal,
            progress: progress
        )
        let outcome = try await writing.write(to: .file(path))
        progress.say("reading \(path) back")
        return (outcome, try verified(outcome))
    }

    private func verified(_ outcome: ExportOutcome) throws -> [String] {
        var ids: [String] = []
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        var reader = CanonicalReader()
        var rest: [UInt8] = []
        while let data = try file.read(upToCount: 1 << 20), !data.isEmpty {
            rest += data
            let lines = rest.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            for line in lines.dropLast() {
                if case .conversation(let record) = try reader.read(Array(line)), let id = record.id { ids.append(id) }
            }
            rest = lines.last.map(Array.init) ?? []
        }
        if !rest.isEmpty { _ = try reader.read(rest) }
        guard case .complete = reader.verdict(), reader.counts.conversations == outcome.conversations else {
            throw ParleyError(
                .databaseDamaged,
                "\(path) does not hold what was exported, so nothing was removed. Is its disk sound?"
            )
        }
        return ids
    }
}
