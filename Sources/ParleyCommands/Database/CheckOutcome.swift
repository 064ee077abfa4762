import Parley
import ParleyClient

/// What a check of the database found, and its verdict.
struct CheckOutcome: Sendable {
    private(set) var findings: [JSON] = []
    private(set) var verdict = JSON.null

    /// Has the database looked through, and shows how far that is.
    ///
    /// - Throws: ``ParleyError`` when the check could not be finished: one that broke off has found nothing sound.
    static func ask(_ api: APIClient, _ progress: ProgressLine) async throws -> CheckOutcome {
        var outcome = CheckOutcome()
        try await api.lines(.post, "/admin/database/check") { line in
            switch line["object"]?.string {
            case "database.check.progress"?: progress.say(Self.progress(line))
            case "database.check.finding"?: outcome.findings.append(line)
            default: outcome.verdict = line
            }
        }
        try refuseFailure(outcome.verdict)
        return outcome
    }

    private static func progress(_ line: JSON) -> String {
        let items = line["items"]?.int ?? 0
        return "checking: \(line["subject"]?.string ?? "")\(items > 0 ? ", \(CountText.of(items, "item"))" : "")"
    }

    private static func refuseFailure(_ verdict: JSON) throws {
        if let message = verdict["error"]?["message"]?.string {
            throw ParleyError(.internalError, "The check could not be finished: \(message)")
        }
        guard verdict["object"]?.string == "database.check" else {
            throw ParleyError(.upstreamIncomplete, "The check broke off before it was finished. Try again.")
        }
    }

    var isSound: Bool { verdict["sound"]?.bool == true }

    var items: Int { verdict["items"]?.int ?? 0 }

    var json: JSON {
        var object = verdict.object ?? .init()
        object["findings"] = .array(findings)
        return .object(object)
    }

    func lines(on terminal: Terminal) -> [String] {
        guard isSound else { return wrong.flatMap { $0.lines(on: terminal) } }
        return ["The database is sound: \(CountText.of(items, "item")) \(items == 1 ? "is" : "are") what was said."]
    }

    /// As things that are wrong, each with what mends it.
    var wrong: [Finding] {
        findings.map { finding in
            .bad(finding["subject"]?.string ?? "", finding["detail"]?.string ?? "", finding["remedy"]?.string)
        }
    }
}
