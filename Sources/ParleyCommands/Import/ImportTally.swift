import Parley
import ParleyInterchange

/// What has become of the files that were to be imported.
struct ImportTally: Sendable {
    private(set) var counts: [String: [String: Int]] = ["conversations": [:], "items": [:]]
    private(set) var notes = ImportNotes()
    private(set) var formats: [ImportFormat: Int] = [:]
    private(set) var problems: [Problem] = []
    /// How many more problems there were than are told one by one.
    private(set) var problemsLeftOut = 0
    /// How many conversations could not be imported.
    private(set) var failed = 0
    /// How many have nothing in them.
    private(set) var empty = 0
    /// Files that were named and are not understood.
    private(set) var refused: [Problem] = []
    /// Files of folders and archives that are something else.
    private(set) var passedOver: [Problem] = []
    private(set) var warnings: [String] = []
    private var expected: Set<String> = []
    private var seen: Set<String> = []

    private static let limit = 1000

    struct Problem: Sendable {
        var file: String
        var conversation: String?
        var reason: String

        var json: JSON {
            ["file": .string(file), "conversation": JSON(conversation), "reason": .string(reason)]
        }

        /// A reason that names the file itself says enough.
        var text: String {
            reason.hasPrefix(file) ? reason : [file, conversation, reason].compactMap(\.self).joined(separator: ": ")
        }
    }

    /// The parts that a manifest names and that were not there.
    var missing: [String] { expected.subtracting(seen).sorted() }

    /// A file was there; what a manifest names has no folders.
    mutating func see(_ file: String) {
        let last = file.split(whereSeparator: { $0 == "/" || $0 == " " }).last
        seen.insert(last.map(String.init) ?? file)
    }

    mutating func expect(_ parts: Set<String>) { expected.formUnion(parts) }

    mutating func add(_ imported: ImportedConversation, of format: ImportFormat?) {
        notes.add(imported.notes)
        if let format { formats[format, default: 0] += 1 }
    }

    mutating func leaveOut(_ note: ImportNote) { notes.add(note) }

    mutating func add(_ problem: ImportProblem, in file: String) {
        if problem.isHarmless { empty += 1 } else { failed += 1 }
        note(Problem(file: file, conversation: problem.conversation, reason: problem.reason))
    }

    /// A file that is not understood.
    mutating func refuse(_ file: String, isNamed: Bool, _ reason: String) {
        let problem = Problem(file: file, reason: reason)
        if isNamed { refused.append(problem) } else { passedOver.append(problem) }
    }

    /// What the server made of one file.
    mutating func add(_ answer: JSON, in file: String) {
        for kind in ["conversations", "items", "turns"] {
            for member in answer[kind]?.object?.members ?? [] {
                counts[kind, default: [:]][member.name, default: 0] += member.value.int ?? 0
            }
        }
        failed += answer["conversations"]?["failed"]?.int ?? 0
        for problem in answer["errors"]?.array ?? [] {
            note(
                Problem(
                    file: file,
                    conversation: problem["conversation"]?.string,
                    reason: problem["reason"]?.string ?? ""
                )
            )
        }
        problemsLeftOut += answer["errors_left_out"]?.int ?? 0
        warnings += (answer["warnings"]?.array ?? []).compactMap(\.string).map { "\(file): \($0)" }
    }

    private mutating func note(_ problem: Problem) {
        if problems.count < Self.limit { problems.append(problem) } else { problemsLeftOut += 1 }
    }
}
