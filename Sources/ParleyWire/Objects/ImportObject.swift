package import Parley

/// What an import did, as the API shows it.
package enum ImportObject {
    package static func json(_ report: ImportReport) -> JSON {
        var object = counts(report, kind: "import")
        object.append("dry_run", .bool(report.isDryRun))
        object.append("errors", .array(report.problems.map(json)))
        object.append("errors_left_out", JSON(report.problemsLeftOut))
        object.append("warnings", .array(report.warnings.map(JSON.string)))
        return .object(object)
    }

    /// How far it has come, after so many lines and bytes of the file.
    package static func progress(_ report: ImportReport, lines: Int, bytes: Int) -> JSON {
        var object = counts(report, kind: "import.progress")
        object.append("lines", JSON(lines))
        object.append("bytes", JSON(bytes))
        return .object(object)
    }

    private static func counts(_ report: ImportReport, kind: String) -> JSON.Object {
        let conversations = report.conversations
        return JSON.Object([
            .init(name: "object", value: .string(kind)),
            .init(
                name: "conversations",
                value: [
                    "new": JSON(conversations.new), "known": JSON(conversations.known),
                    "updated": JSON(conversations.updated), "skipped": JSON(conversations.skipped),
                    "failed": JSON(conversations.failed),
                ]
            ),
            .init(name: "items", value: json(report.items)),
            .init(name: "turns", value: json(report.turns)),
        ])
    }

    private static func json(_ counts: ImportReport.Counts) -> JSON {
        ["new": JSON(counts.new), "known": JSON(counts.known)]
    }

    private static func json(_ problem: ImportReport.Problem) -> JSON {
        ["conversation": JSON(problem.conversation), "line": JSON(problem.line), "reason": .string(problem.reason)]
    }
}
