import ArgumentParser
import Parley
import ParleyClient

/// The command `parley database check`.
struct DatabaseCheck: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Look through everything that is stored; the exit status is 0 only when it is sound.",
        discussion: """
            Checks the files and their indexes, that nothing refers to nothing, the audit log, and that every message is, \
            to the byte, what was said. Turns go on meanwhile.
            """
    )

    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: OutputOptions

    func run() async throws {
        let output = format.output
        let (findings, verdict) = try await place.ask(saying: "looking through the files") { api, progress in
            var findings: [JSON] = []
            var verdict = JSON.null
            try await api.lines(.post, "/admin/database/check") { line in
                switch line["object"]?.string {
                case "database.check.progress"?: progress.say(Self.progress(line))
                case "database.check.finding"?: findings.append(line)
                default: verdict = line
                }
            }
            return (findings, verdict)
        }
        try Self.refuseFailure(verdict)
        var object = verdict.object ?? .init()
        object["findings"] = .array(findings)
        output.show(.object(object), as: .lines(Self.lines(findings, verdict, output.terminal)))
        if verdict["sound"]?.bool != true { throw ExitCode.failure }
    }

    private static func progress(_ line: JSON) -> String {
        let items = line["items"]?.int ?? 0
        return "checking: \(line["subject"]?.string ?? "")\(items > 0 ? ", \(CountText.of(items, "item"))" : "")"
    }

    /// A check that broke off has found nothing sound.
    private static func refuseFailure(_ verdict: JSON) throws {
        if let message = verdict["error"]?["message"]?.string {
            throw ParleyError(.internalError, "The check could not be finished: \(message)")
        }
        guard verdict["object"]?.string == "database.check" else {
            throw ParleyError(.upstreamIncomplete, "The check broke off before it was finished. Try again.")
        }
    }

    private static func lines(_ findings: [JSON], _ verdict: JSON, _ terminal: Terminal) -> [String] {
        guard !findings.isEmpty else {
            let items = verdict["items"]?.int ?? 0
            return ["The database is sound: \(CountText.of(items, "item")) \(items == 1 ? "is" : "are") what was said."]
        }
        return findings.flatMap { finding in
            Finding.bad(
                finding["subject"]?.string ?? "",
                finding["detail"]?.string ?? "",
                finding["remedy"]?.string
            ).lines(on: terminal)
        }
    }
}
