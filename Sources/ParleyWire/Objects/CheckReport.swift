package import Parley

/// What a check of the database tells, as lines of JSON.
package struct CheckReport: Sendable {
    private var findings = 0
    private var items: Int64 = 0

    package init() {}

    package mutating func line(_ event: DatabaseCheckEvent) -> [UInt8] {
        switch event {
        case .progress(let progress):
            items = max(items, progress.items)
            return Self.line([
                "object": "database.check.progress", "subject": .string(progress.subject.rawValue),
                "items": JSON(progress.items),
            ])
        case .finding(let finding):
            findings += 1
            return Self.line([
                "object": "database.check.finding", "subject": .string(finding.subject.rawValue),
                "detail": .string(finding.detail), "remedy": .string(finding.remedy),
            ])
        }
    }

    /// The last line.
    package var verdict: [UInt8] {
        Self.line([
            "object": "database.check", "sound": .bool(findings == 0), "findings": JSON(findings),
            "items": JSON(items),
        ])
    }

    /// The last line of a check that could not be finished.
    package func failure(_ error: ParleyError) -> [UInt8] { Self.line(ErrorObject(error).json) }

    private static func line(_ json: JSON) -> [UInt8] { json.encoded + [UInt8(ascii: "\n")] }
}
