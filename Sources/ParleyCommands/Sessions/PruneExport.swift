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

    /// What the file holds.
    struct Written {
        var outcome: ExportOutcome
        var ids: [String]
        /// When the export began, by the server's clock: what changes from then on may not be in the file.
        var began: Timestamp
    }

    /// - Throws: ``ParleyError/Code/databaseDamaged`` when the file does not hold, to the byte, what was written.
    func write() async throws -> Written {
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
        return try verified(outcome)
    }

    private func verified(_ outcome: ExportOutcome) throws -> Written {
        var written = Written(outcome: outcome, ids: [], began: Timestamp(milliseconds: 0))
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        var reader = CanonicalReader()
        var rest: [UInt8] = []
        while let data = try file.read(upToCount: 1 << 20), !data.isEmpty {
            rest += data
            let lines = rest.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            for line in lines.dropLast() {
                written.note(try reader.read(Array(line)))
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
        return written
    }
}

extension PruneExport.Written {
    fileprivate mutating func note(_ line: CanonicalLine?) {
        switch line {
        case .header(let header)?: began = header.exportedAt
        case .conversation(let record)?: if let id = record.id { ids.append(id) }
        default: break
        }
    }
}
