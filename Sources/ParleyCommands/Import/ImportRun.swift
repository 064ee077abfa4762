import Parley
import ParleyClient
import ParleyInterchange

/// Imports files one after the other, and gathers what becomes of them.
struct ImportRun {
    private let api: APIClient
    private let opening: ImportOpening
    private let isDryRun: Bool
    private let progress: ProgressLine
    private var counts = (conversations: 0, items: 0)
    private(set) var tally = ImportTally()

    init(_ api: APIClient, _ opening: ImportOpening, isDryRun: Bool, progress: ProgressLine) {
        self.api = api
        self.opening = opening
        self.isDryRun = isDryRun
        self.progress = progress
    }

    /// - Throws: what the server refuses altogether; what is wrong with a file is in the tally.
    mutating func add(_ inputs: [ImportInput]) async throws {
        let opening = opening
        for input in inputs {
            tally.see(input.name)
            guard let parts = reading(input.name, input.isNamed, { try opening.parts(of: input) }) else { continue }
            let before = tally.passedOver.count
            for part in parts { try await add(part) }
            // An archive is understood when anything in it is.
            if input.isNamed, !parts.isEmpty, tally.passedOver.count - before == parts.count {
                tally.refuse(input.name, isNamed: true, "nothing in it is understood")
            }
        }
    }

    private mutating func add(_ part: ImportPart) async throws {
        tally.see(part.name)
        guard !part.isManifest else { return expectParts(part) }
        guard var reader = reading(part.name, part.isNamed, part.open),
            let first = reading(part.name, part.isNamed, { try reader.next() })
        else { return }
        guard let first else { return }
        if case .leftOut(let note) = first { return leaveOut(note, &reader, part) }
        let answer = try await api.importLines(dryRun: isDryRun) { upload in
            var lines = ImportLines()
            let isOurs = reader.format == .parley
            if !isOurs { lines.begin(at: opening.now) }
            var step: ImportStep? = first
            while let current = step {
                if case .problem(let problem) = current { tally.add(problem, in: part.name) }
                if case .conversation(let imported) = current {
                    tally.add(imported, of: reader.format)
                    counts.conversations += 1
                    counts.items += imported.items.count
                    progress.say(told(part.name))
                }
                lines.add(current)
                if let piece = lines.piece() { try await upload.write(piece) }
                step = reading(part.name, true, { try reader.next() }) ?? nil
            }
            if !isOurs { lines.end() }
            try await upload.write(lines.rest())
        }
        tally.add(answer, in: part.name)
    }

    private func told(_ name: String) -> String {
        let conversations = CountText.of(counts.conversations, "conversation")
        return "\(name): \(conversations), \(CountText.of(counts.items, "item"))"
    }

    /// What `body` reads; `nil` when the file is not understood, or no further.
    private mutating func reading<Value>(_ name: String, _ isNamed: Bool, _ body: () throws -> Value) -> Value? {
        do {
            return try body()
        } catch {
            let error = ParleyError(error)
            tally.refuse(name, isNamed: isNamed, error.message)
            return nil
        }
    }

    /// Counts what is no conversation, of which the server is told nothing.
    private mutating func leaveOut(_ note: ImportNote, _ reader: inout ImportReader, _ part: ImportPart) {
        tally.leaveOut(note)
        while case .leftOut(let note) = reading(part.name, true, { try reader.next() }) ?? nil { tally.leaveOut(note) }
    }

    /// Remembers the parts that a manifest names.
    private mutating func expectParts(_ part: ImportPart) {
        guard var elements = try? part.elements() else { return }
        while (try? elements.advance()) == true {
            if let json = try? elements.json() { tally.expect(ExportManifest.parts(in: json)) }
        }
    }
}
