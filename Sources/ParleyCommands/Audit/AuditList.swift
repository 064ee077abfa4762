import ArgumentParser
import Parley
import ParleyClient

/// The command `parley audit list`.
struct AuditList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List what was done, newest first.",
        discussion: "Actions: \(AuditEvent.Action.named.map(\.rawValue).joined(separator: ", ")).",
        aliases: ["ls"]
    )

    @Option(help: "Only this action.")
    var action: AuditEvent.Action?

    @Option(name: .customLong("user"), help: "Only what this user did.")
    var actor: String?

    @Option(help: ArgumentHelp("From this day (UTC) on: 2026-11-27, or 30d for 30 days ago.", valueName: "day"))
    var since: DayArgument?

    @Option(help: ArgumentHelp("Up to this day (UTC).", valueName: "day"))
    var until: DayArgument?

    @Option(help: "At most this many.")
    var limit = 100

    @OptionGroup var place: ServerOptions
    @OptionGroup var format: OutputOptions

    func validate() throws {
        if limit < 1 { throw ValidationError("--limit must be at least 1.") }
    }

    func run() async throws {
        let entries = try await place.ask { try await read($0) }
        format.output.show(.array(entries), as: .table(.audit(entries)))
    }

    /// Page by page, until there are enough.
    private func read(_ client: APIClient) async throws -> [JSON] {
        var entries: [JSON] = []
        var more = true
        while more, entries.count < limit {
            var query = filters + [APIQueryItem("limit", min(100, limit - entries.count))]
            if let last = entries.last?["id"]?.string { query.append(APIQueryItem("after", last)) }
            let page = try await client.audit(query)
            entries += page["data"]?.array ?? []
            more = page["has_more"]?.bool == true
        }
        return entries
    }

    private var filters: [APIQueryItem] {
        [
            action.map { APIQueryItem("action", $0.rawValue) }, actor.map { APIQueryItem("user", $0) },
            since.map { APIQueryItem("since", $0.day.text) }, until.map { APIQueryItem("until", $0.day.text) },
        ]
        .compactMap(\.self)
    }
}

extension AuditEvent.Action: ExpressibleByArgument {}
