import Foundation
import Parley
import ParleyArchive
import ParleyInterchange
import ParleySQLite
import ParleyYAML

/// Something that can be read at once: a file, or an entry of an archive.
struct ImportPart {
    var name: String
    /// Whether it must be understood.
    var isNamed: Bool
    /// Whether it only lists the parts of an export.
    var isManifest = false
    var open: () throws -> ImportReader
    /// The values in it, for a manifest.
    var elements: () throws -> JSONElements
}

/// Recognises what a file is by its first bytes.
struct ImportOpening {
    /// `nil` recognises it.
    var format: ImportFormat?
    var now: Timestamp

    /// The longest list of the parts of an export, in bytes.
    private static let manifestLimit = 16 << 20
    private static let database = Array("SQLite format 3\0".utf8)
    private static let archive = Array("PK".utf8)

    /// The parts of a file.
    func parts(of input: ImportInput) throws -> [ImportPart] {
        let source =
            try input.path.map { try FileSource(path: $0, name: input.name) }
            ?? FileSource(standardInput: input.name)
        let head = try source.peek()
        if head.starts(with: Self.archive) { return try archived(input, source) }
        if head.starts(with: Self.database) {
            guard input.path != nil else {
                throw ParleyError(.invalidValue, "A database cannot come through a pipe. Name its file.")
            }
            return [part(input, source) { .database(try database(input)) }]
        }
        if head.starts(with: [0x1F, 0x8B]) {
            throw ParleyError(.invalidValue, "\(input.name) is compressed with gzip. Unpack it first.")
        }
        let last = input.name.split(separator: "/").last.map(String.init) ?? input.name
        var part = part(input, source) { try text(source, head, input, ratings(beside: input.path, last)) }
        part.isManifest = ExportManifest.isOne(last)
        return [part]
    }

    private func part(
        _ input: ImportInput,
        _ source: FileSource,
        _ open: @escaping () throws -> ImportReader
    ) -> ImportPart {
        ImportPart(name: input.name, isNamed: input.isNamed, open: open) {
            JSONElements(source, limit: Self.manifestLimit)
        }
    }

    /// JSON begins with a bracket; anything else can only be YAML.
    private func text(
        _ source: FileSource,
        _ head: [UInt8],
        _ input: ImportInput,
        _ ratings: [String: Int]
    ) throws -> ImportReader {
        let name = input.name
        let first = head.first { $0 > 0x20 && ![0xEF, 0xBB, 0xBF].contains($0) }
        let isJSON = first.map { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "[") } ?? true
        let isYAML = format == .aichat || !isJSON && !head.contains(0)
        guard isYAML else {
            let reader = ConversationReader(source, file: name, format: format, now: now, ratings: ratings)
            return .conversations(reader)
        }
        var bytes: [UInt8] = []
        while let piece = try source.next() {
            bytes += piece
            guard bytes.count <= YAMLDocument.limit else {
                throw ParleyError(.invalidValue, "\(name) is too long for a session: \(ByteText.of(bytes.count)).")
            }
        }
        do {
            let document = try YAMLDocument.json(String(decoding: bytes, as: UTF8.self))
            return .document(try DocumentReader(document, file: name, now: now))
        } catch let error as ParleyError {
            throw ParleyError(
                .invalidValue,
                "\(name) is not understood. \(error.message) These exports are: \(ImportFormat.titles)."
            )
        }
    }

    /// What lies beside a file of an export of ChatGPT.
    private func ratings(beside path: String?, _ name: String) -> [String: Int] {
        guard let path, ExportManifest.isShard(name) else { return [:] }
        let file = URL(fileURLWithPath: path).deletingLastPathComponent().path + "/" + MessageFeedback.fileName
        guard ImportInputs.isFile(file), let source = try? FileSource(path: file, name: file) else { return [:] }
        return MessageFeedback.ratings(in: source)
    }

    private func database(_ input: ImportInput) throws -> LLMLogReader {
        let tables = try ForeignDatabase(path: input.path ?? "", name: input.name)
        return try LLMLogReader(tables, file: input.name, now: now)
    }

    /// The entries of an archive that hold conversations.
    private func archived(_ input: ImportInput, _ source: FileSource) throws -> [ImportPart] {
        // What comes through a pipe cannot be read in any order.
        let limits = ZIPLimits()
        let spooled = try input.path == nil ? SpooledInput.all(of: source, name: input.name, limit: limits.size) : nil
        let archive = try ZIPArchive(path: spooled?.path ?? input.path ?? "", name: input.name, limits: limits)
        let files = archive.entries.filter { !$0.isFolder && !$0.lastName.hasPrefix(".") }
        let chosen = ExportNames.chosen(from: files.map(\.name)) { name in
            [".json", ".jsonl", ".ndjson"].contains { name.hasSuffix($0) }
        }
        let feedback = files.first { $0.lastName == MessageFeedback.fileName }.flatMap { try? archive.open($0) }
        let ratings = feedback.map(MessageFeedback.ratings) ?? [:]
        let parts = files.filter { chosen.names.contains($0.name) }.map { entry in
            ImportPart(
                name: "\(input.name): \(entry.name)",
                isNamed: chosen.isExport && !ExportManifest.isBeside(entry.name),
                isManifest: ExportManifest.isOne(entry.lastName),
                open: {
                    // The file without a name is read as long as one of its entries may be.
                    try withExtendedLifetime(spooled) {
                        let source = try archive.open(entry)
                        let file = entry.name
                        return .conversations(
                            ConversationReader(source, file: file, format: format, now: now, ratings: ratings)
                        )
                    }
                },
                elements: { JSONElements(try archive.open(entry), limit: Self.manifestLimit) }
            )
        }
        guard !parts.isEmpty else {
            throw ParleyError(.invalidValue, "\(input.name) holds no conversations: there is no JSON in it.")
        }
        return parts
    }
}
