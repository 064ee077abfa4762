import Parley
import ParleyInterchange

/// What a finished import says.
struct ImportSummary {
    let tally: ImportTally
    let isDryRun: Bool

    /// 65 when a file was not understood or nothing was found, 1 when something of it was not imported.
    var exitStatus: Int32 {
        if !tally.refused.isEmpty || hasNothing { return ParleyError.Code.invalidValue.exitStatus }
        return tally.failed > 0 || !tally.missing.isEmpty || !tally.warnings.isEmpty ? 1 : 0
    }

    /// Whether there was no conversation in what was given, not even a broken or an empty one.
    private var hasNothing: Bool {
        tally.failed == 0 && tally.empty == 0 && (tally.counts["conversations"] ?? [:]).values.allSatisfy { $0 == 0 }
    }

    var json: JSON {
        [
            "object": "import", "dry_run": .bool(isDryRun), "conversations": counts("conversations"),
            "items": counts("items"), "turns": counts("turns"), "formats": formats, "empty": JSON(tally.empty),
            "failed": JSON(tally.failed), "left_out": notes { $0.isLeftOut }, "changed": notes { !$0.isLeftOut },
            "problems": .array(tally.problems.map(\.json)), "problems_left_out": JSON(tally.problemsLeftOut),
            "not_understood": .array(tally.refused.map(\.json)), "passed_over": .array(tally.passedOver.map(\.json)),
            "missing_parts": .array(tally.missing.map(JSON.string)),
            "warnings": .array(tally.warnings.map(JSON.string)),
        ]
    }

    var lines: [String] {
        var lines = [sentence]
        for (note, count) in sortedNotes {
            lines.append("  \(count) \(note.text)\(note.isLeftOut ? ": left out" : "")")
        }
        if tally.empty > 0 { lines.append("  \(CountText.of(tally.empty, "conversation")) without messages: left out") }
        for problem in tally.problems { lines.append("  \(Terminal.safe(problem.text))") }
        if tally.problemsLeftOut > 0 { lines.append("  and \(tally.problemsLeftOut) more") }
        for file in tally.refused { lines.append("not understood: \(Terminal.safe(file.text))") }
        for file in tally.passedOver { lines.append("passed over: \(Terminal.safe(file.text))") }
        if hasNothing, tally.refused.isEmpty { lines.append("no conversations were found in what was given") }
        for part in tally.missing { lines.append("missing: \(Terminal.safe(part)), which the export names") }
        for warning in tally.warnings { lines.append("note: \(Terminal.safe(warning))") }
        return lines
    }

    private var sentence: String {
        let new = count("conversations", "new")
        let updated = count("conversations", "updated")
        let known = count("conversations", "known")
        let skipped = count("conversations", "skipped")
        var parts = ["\(new) new", "\(updated) updated", "\(known) known"]
        if skipped > 0 { parts.append("\(skipped) skipped") }
        if tally.failed > 0 { parts.append("\(tally.failed) failed") }
        let verb = isDryRun ? "would import" : "imported"
        return "\(verb) \(CountText.of(count("items", "new"), "item")); conversations: \(parts.joined(separator: ", "))"
    }

    private var sortedNotes: [(note: ImportNote, count: Int)] {
        ImportNote.allCases.compactMap { note in tally.notes.counts[note].map { (note, $0) } }
    }

    private func count(_ kind: String, _ name: String) -> Int { tally.counts[kind]?[name] ?? 0 }

    private func counts(_ kind: String) -> JSON {
        let counts = (tally.counts[kind] ?? [:]).sorted { $0.key < $1.key }
        return .object(.init(counts.map { .init(name: $0.key, value: JSON($0.value)) }))
    }

    private func notes(_ isWanted: (ImportNote) -> Bool) -> JSON {
        .object(
            .init(sortedNotes.filter { isWanted($0.note) }.map { .init(name: $0.note.rawValue, value: JSON($0.count)) })
        )
    }

    private var formats: JSON {
        let formats = tally.formats.sorted { $0.key.rawValue < $1.key.rawValue }
        return .object(.init(formats.map { .init(name: $0.key.rawValue, value: JSON($0.value)) }))
    }
}
