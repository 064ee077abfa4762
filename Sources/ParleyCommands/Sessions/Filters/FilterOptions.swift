import ArgumentParser
import Parley
import ParleyClient
import ParleyWire

/// Which conversations are meant; every condition that is given must hold.
struct FilterOptions: ParsableArguments {
    @Option(name: [.customShort("q"), .customLong("title")], help: "With this text in the title.")
    var title: String?

    @Option(name: .shortAndLong, help: "With this tag; may be repeated, all must match.")
    var tag: [String] = []

    @Option(name: .shortAndLong, help: "That used this model, or are set to it.")
    var model: String?

    @Option(help: ArgumentHelp("With this metadata.", valueName: "name=value"))
    var metadata: [String] = []

    @Flag(inversion: .prefixedNo, help: "Only archived ones, or only others.")
    var archived: Bool?

    @Flag(inversion: .prefixedNo, help: "Only pinned ones, or only others.")
    var pinned: Bool?

    @Flag(inversion: .prefixedNo, help: "Only those without messages, or only others.")
    var empty: Bool?

    @Option(
        help: ArgumentHelp("Created longer ago than this.", valueName: "time"),
        transform: TimeArgument.duration
    )
    var olderThan: Duration?

    @Option(
        help: ArgumentHelp("Idle for at least this long.", valueName: "time"),
        transform: TimeArgument.duration
    )
    var idleFor: Duration?

    @Option(
        help: ArgumentHelp("Created on this day or later (local time), or within 30d.", valueName: "day"),
        transform: TimeArgument.moment
    )
    var since: Timestamp?

    @Option(
        help: ArgumentHelp("Created before this day (local time).", valueName: "day"),
        transform: TimeArgument.moment
    )
    var before: Timestamp?

    @Option(help: "With at least this many user messages.")
    var minTurns: Int?

    @Option(help: "With an answer rated up or down.")
    var rating: Rating?

    @Option(help: "With at least this many tokens, in and out.")
    var minTokens: Int?

    @Option(help: "With at least this many bytes.")
    var minBytes: Int?

    @Option(help: "That cost at least this many dollars.")
    var minCost: Double?

    func validate() throws {
        if olderThan != nil, before != nil {
            throw ValidationError("--older-than and --before cannot be combined.")
        }
        for number in [minTurns, minTokens, minBytes].compactMap(\.self) where number < 0 {
            throw ValidationError("A number must not be negative.")
        }
        if let minCost, !(0...1_000_000).contains(minCost) {
            throw ValidationError("--min-cost must be from 0 to 1000000 dollars.")
        }
        _ = try filter()
    }

    func filter(now: Timestamp = .now) throws -> ConversationFilter {
        var filter = ConversationFilter()
        filter.title = title
        filter.tags = tag
        filter.model = model
        filter.archived = archived
        filter.pinned = pinned
        filter.isEmpty = empty
        filter.metadata = try pairs()
        filter.createdBefore = olderThan.map(now.before) ?? before
        filter.createdAfter = since
        filter.updatedBefore = idleFor.map(now.before)
        filter.minimumTurns = minTurns
        filter.rating = rating?.number
        filter.minimumTokens = minTokens
        filter.minimumBytes = minBytes.map(Int64.init)
        filter.minimumCost = minCost.map { Int64($0 * 1_000_000) }
        return filter
    }

    private func pairs() throws -> [String: String] {
        var pairs: [String: String] = [:]
        for text in metadata {
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2 else { throw ValidationError("--metadata must be NAME=VALUE, not '\(text)'.") }
            pairs[parts[0]] = parts[1]
        }
        return pairs
    }
}

extension ConversationFilter {
    /// As the parameters of a list.
    var query: [APIQueryItem] {
        json.members.flatMap { member -> [APIQueryItem] in
            switch member.value {
            case .array(let values): values.map { APIQueryItem(member.name, $0.string ?? $0.text) }
            case .object(let pairs):
                pairs.members.map { APIQueryItem("\(member.name)[\($0.name)]", $0.value.string ?? "") }
            default: [APIQueryItem(member.name, member.value.string ?? member.value.text)]
            }
        }
    }
}
