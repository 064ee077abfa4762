import ArgumentParser
import Parley
import ParleyClient

/// The command `parley sessions show`.
struct SessionsShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show what was said.",
        discussion: "On a terminal, long conversations are shown in $PAGER."
    )

    @Argument(help: ConversationReference.help)
    var conversation: ConversationReference

    @Option(help: "Show only the last N items.")
    var last: Int?

    @Option(help: "Show only this item.")
    var item: String?

    @Flag(help: "Also list the branches, each with its fork point.")
    var branches = false

    @Flag(inversion: .prefixedNo, help: "Show it page by page.")
    var pager = true

    @OptionGroup var rawText: RawTextOptions
    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: OutputOptions

    func validate() throws {
        if item != nil, branches || last != nil {
            throw ValidationError("--item shows one item; --branches and --last do not go with it.")
        }
        if let last, last < 1 { throw ValidationError("--last must be at least 1.") }
    }

    func run() async throws {
        let output = format.output
        let transcript = Transcript(terminal: output.terminal, raw: try rawText.isWanted(on: output.terminal))
        if let item {
            let shown = try await place.ask { try await $0.item(item, in: conversation.id(on: $0)) }
            return output.show(shown, as: .lines(transcript.lines(shown)))
        }
        let (head, items, lines) = try await place.ask { api in
            let id = try await conversation.id(on: api)
            return (
                try await api.conversation(id), try await api.items(of: id, limit: last ?? .max),
                branches ? try await api.branches(of: id) : []
            )
        }
        var object = head.object ?? JSON.Object()
        object["items"] = .array(items)
        if branches { object["branches"] = .array(lines) }
        guard format.output.format == .text, pager else {
            return output.show(.object(object), as: .lines(shown(head, items, lines, transcript)))
        }
        Pager.show(shown(head, items, lines, transcript), on: output.terminal)
    }

    private func shown(_ head: JSON, _ items: [JSON], _ lines: [JSON], _ transcript: Transcript) -> [String] {
        let said = transcript.lines(head, items)
        return branches ? said + Table.branches(lines).lines(on: transcript.terminal) : said
    }
}
