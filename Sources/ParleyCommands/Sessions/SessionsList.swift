import ArgumentParser
import Parley
import ParleyClient

/// The command `parley sessions list`.
struct SessionsList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List conversations, newest first.",
        aliases: ["ls"]
    )

    @Option(name: .shortAndLong, help: "How many to list.")
    var limit = 20

    @Flag(help: "List all of them.")
    var all = false

    @OptionGroup(title: "Which conversations")
    var filter: FilterOptions

    @Flag(help: "List deleted conversations that can be restored.")
    var deleted = false

    @Option(help: "Sort by updated, created, title, items, tokens, size or cost.")
    var sort: ConversationSort = .updated

    @Flag(help: "Reverse the order.")
    var reverse = false

    @Option(help: "Start after this conversation.")
    var after: ConversationReference?

    @Option(
        help:
            "What is shown of each, with commas between: id, changed, created, deleted, items, model, tags, state, title."
    )
    var columns: String?

    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: OutputOptions

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit must be at least 1.") }
        _ = try shownColumns()
    }

    func run() async throws {
        let conversations = try await place.ask { api in
            try await api.conversations(
                limit: all ? .max : limit,
                query: query,
                after: after?.id(on: api, deleted: deleted)
            )
        }
        let shown = try shownColumns()
        format.output.show(
            .array(conversations),
            as: .table(.conversations(conversations, shown, whenEmpty: emptyText))
        )
    }

    private var query: [APIQueryItem] {
        get throws {
            // What is least comes last, unless it is a title.
            let ascending = (sort == .title) != reverse
            var query = try filter.filter().query
            if sort != .updated { query.append(APIQueryItem("sort", sort.rawValue)) }
            if ascending { query.append(APIQueryItem("order", "asc")) }
            if deleted { query.append(APIQueryItem("deleted", true)) }
            return query
        }
    }

    private var emptyText: String {
        if deleted { return "Nothing can be restored." }
        let isFiltered = (try? filter.filter().isUnlimited) == false
        return isFiltered
            ? "No conversation matches." : "There are no conversations yet. Begin one with `parley chat`."
    }

    private func shownColumns() throws -> [ConversationColumn] {
        guard let columns else {
            return deleted ? [.id, .deleted, .items, .title] : ConversationColumn.standard
        }
        return try columns.split(separator: ",").map { name in
            guard let column = ConversationColumn(rawValue: name.trimmed.lowercased()) else {
                let known = ConversationColumn.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("--columns: there is no '\(name)'; there are \(known).")
            }
            return column
        }
    }
}

extension ConversationSort: ExpressibleByArgument {}
