import ArgumentParser
import Parley
import ParleyClient

/// The command `parley sessions prune`.
struct SessionsPrune: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Remove conversations and everything in them for good.",
        discussion: """
            Without --yes this is a dry run. Pinned and held conversations are kept, and those in which a turn runs. \
            Deleted ones go by themselves when they can no longer be restored, or with --deleted-for. Removed text is in \
            no file of the database afterwards; backups and exports are yours to delete.
            """
    )

    @OptionGroup(title: "Which conversations")
    var filter: FilterOptions

    @Option(help: "All but this many of each user's newest.")
    var keep: Int?

    @Option(
        help: ArgumentHelp("Only those deleted at least this long ago.", valueName: "time"),
        transform: TimeArgument.duration
    )
    var deletedFor: Duration?

    @Flag(help: "Of all users; for administrators.")
    var allUsers = false

    @Option(help: ArgumentHelp("Of this user; for administrators.", valueName: "name"))
    var of: String?

    @Flag(name: .shortAndLong, help: "Remove them.")
    var yes = false

    @Option(help: ArgumentHelp("First write them to this file, read it back and compare.", valueName: "file"))
    var export: String?

    @Flag(help: "List past prunes, including scheduled ones.")
    var runs = false

    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: OutputOptions

    private let started = Timestamp.now

    private enum CodingKeys: CodingKey {
        case filter, keep, deletedFor, allUsers, of, yes, export, runs, place, format
    }

    func validate() throws {
        if let keep, keep < 0 { throw ValidationError("--keep must not be negative.") }
        if allUsers, of != nil { throw ValidationError("--all-users and --of cannot be combined.") }
        if export == "-" { throw ValidationError("--export needs a file: it is read back before anything is removed.") }
        if export != nil, allUsers || of != nil || deletedFor != nil {
            throw ValidationError("--export writes one's own conversations that are not deleted: leave the others out.")
        }
        let isLimited = try !filter.filter().isUnlimited || (keep ?? 0) > 0 || deletedFor != nil
        guard runs || isLimited else {
            throw ValidationError("Say which conversations: prune never runs without a condition.")
        }
    }

    func run() async throws {
        let everybody = allUsers || of != nil
        if runs {
            // Whoever is on the server's own machine administers it, and sees the schedule's too.
            let all = try everybody || place.settings().server == nil && place.user == nil
            let removals = try await place.ask { try await $0.prunes(everybody: all, limit: 100) }
            return format.output.show(.array(removals), as: .table(.prunes(removals)))
        }
        let output = format.output
        let (written, result): (PruneExport.Written?, JSON) = try await place.ask(saying: "looking") { api, progress in
            guard let written = try await writeOut(api, output.terminal, progress) else {
                let wanted = try body(filter.filter(now: started))
                return (nil, try await api.prune(.object(wanted), everybody: everybody) { progress.say($0) })
            }
            return (written, try await prune(written, api, progress))
        }
        var object = result.object ?? .init()
        object["export"] = written?.outcome.json
        let lines = (written?.outcome.summary ?? []) + PruneLines(result).lines
        output.show(.object(object), as: .lines(lines + (written.map { PruneLines.left($0, result) } ?? [])))
    }

    /// Removes what was written and nothing else, in as many prunes as it takes.
    ///
    /// What changes after the export began may be in the file only as it was, and stays.
    private func prune(
        _ written: PruneExport.Written,
        _ api: APIClient,
        _ progress: ProgressLine
    ) async throws -> JSON {
        var filter = try filter.filter(now: started)
        filter.updatedBefore = min(filter.updatedBefore ?? written.began, written.began)
        let ids = written.ids
        var result: JSON?
        for start in stride(from: 0, to: max(ids.count, 1), by: RemovalRequest.mostConversations) {
            let page = ids[start..<min(start + RemovalRequest.mostConversations, ids.count)]
            var body = try self.body(filter)
            body["conversations"] = .array(page.map(JSON.string))
            let next = try await api.prune(.object(body), everybody: false) { progress.say($0) }
            result = result.map { PruneLines.sum($0, next) } ?? next
        }
        return result ?? .null
    }

    private func writeOut(
        _ api: APIClient,
        _ terminal: Terminal,
        _ progress: ProgressLine
    ) async throws -> PruneExport.Written? {
        guard let export, yes else { return nil }
        let path = UserFolder.path(export)
        try OwnFiles.refuse(path, database: place.settings().database)
        let filter = try filter.filter(now: started)
        let writing = PruneExport(api: api, path: path, filter: filter, terminal: terminal, progress: progress)
        return try await writing.write()
    }

    private func body(_ filter: ConversationFilter) throws -> JSON.Object {
        var body = JSON.Object()
        if !filter.json.members.isEmpty { body["filter"] = .object(filter.json) }
        if export != nil { body["listed_only"] = true }
        body["keep"] = keep.map { JSON($0) }
        body["deleted_before"] = deletedFor.map { started.before($0).json }
        body["user"] = of.map(JSON.string)
        body["dry_run"] = .bool(!yes)
        return body
    }
}
