import ArgumentParser
import Parley
import ParleyClient

/// The command `parley sessions prune`.
struct SessionsPrune: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Remove conversations for good, with everything that was said in them.",
        discussion: """
            Without --yes it only says how much would be removed. Pinned and held conversations stay, and those in which \
            a turn runs. What was removed is in no file of the database afterwards; backups and exports are yours to \
            delete.
            """
    )

    @OptionGroup(title: "Which conversations")
    var filter: FilterOptions

    @Option(help: "All but so many of each user's newest.")
    var keep: Int?

    @Option(help: ArgumentHelp("Only those that were deleted so long ago.", valueName: "time"))
    var deletedFor: String?

    @Flag(help: "Of all users; for administrators.")
    var allUsers = false

    @Option(help: ArgumentHelp("Of this user; for administrators.", valueName: "name"))
    var of: String?

    @Flag(name: .shortAndLong, help: "Remove them.")
    var yes = false

    @Flag(help: "List the prunes of the past, the schedule's too.")
    var runs = false

    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: OutputOptions

    func validate() throws {
        if let keep, keep < 0 { throw ValidationError("--keep must not be negative.") }
        if allUsers, of != nil { throw ValidationError("--all-users and --of exclude each other.") }
        let deleted = try TimeSpanText.read(deletedFor, "--deleted-for")
        let isLimited = try !filter.filter().isUnlimited || keep != nil || deleted != nil
        guard runs || isLimited else {
            throw ValidationError("Say which conversations are meant: nothing is pruned without a condition.")
        }
    }

    func run() async throws {
        let everybody = allUsers || of != nil
        if runs {
            let removals = try await place.ask { try await $0.prunes(everybody: everybody, limit: 100) }
            return format.output.show(.array(removals), as: .table(.prunes(removals)))
        }
        let body = try body()
        let result = try await place.ask { try await $0.prune(body, everybody: everybody) }
        format.output.show(result, as: .lines(PruneLines(result).lines))
    }

    private func body() throws -> JSON {
        var body = JSON.Object()
        let filter = try filter.filter().json
        if !filter.members.isEmpty { body["filter"] = .object(filter) }
        body["keep"] = keep.map { JSON($0) }
        body["deleted_before"] = try TimeSpanText.read(deletedFor, "--deleted-for").map {
            JSON(Timestamp.now.before($0).seconds)
        }
        body["user"] = of.map(JSON.string)
        body["dry_run"] = .bool(!yes)
        return .object(body)
    }
}
