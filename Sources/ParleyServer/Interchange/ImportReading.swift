import Parley
import ParleyInterchange

/// Reads lines of the canonical form into an import.
struct ImportReading {
    private let importing: any RecordImport
    private var splitter = LineSplitter()
    private var reader = CanonicalReader()
    private(set) var lines = 0
    private(set) var bytes = 0

    init(_ importing: any RecordImport) {
        self.importing = importing
    }

    mutating func take(_ piece: [UInt8]) async throws {
        bytes += piece.count
        for line in splitter.append(piece) { try await take(line) }
    }

    mutating func finish() async throws -> ImportReport {
        if let line = splitter.finish() { try await take(line) }
        return try await importing.finish(reader.verdict().warning)
    }

    private mutating func take(_ line: LineSplitter.Line) async throws {
        lines += 1
        guard case .line(let bytes) = line else {
            return importing.fail(line: lines, "The line is longer than \(LineSplitter.limit) bytes.")
        }
        let read: CanonicalLine?
        do {
            read = try reader.read(bytes)
        } catch let error as ParleyError where error.code != .unsupportedParameter {
            return importing.fail(line: lines, error.message)
        }
        switch read {
        case .conversation(let record): try await importing.add(record, line: lines)
        case .item(let record): try await importing.add(record, line: lines)
        case .turn(let record): try await importing.add(record, line: lines)
        case .header, .manifest, nil: break
        }
    }
}

extension CanonicalReader.Verdict {
    /// What is told of a file that is not as it was written.
    fileprivate var warning: String? {
        switch self {
        case .complete: nil
        case .withoutManifest: "The file has no manifest at its end: it was cut off, or is not a whole export."
        case .otherCounts: "The file does not have as many lines as its manifest says: some are missing or were added."
        case .otherDigest: "The file was changed after it was written: its digest is not that of the manifest."
        }
    }
}
