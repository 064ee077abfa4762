import ArgumentParser
import Parley
import ParleyClient

/// The command `parley sessions branch`.
struct SessionsBranch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "branch",
        abstract: "List the branches of a conversation, switch to another, or fork one into a new conversation."
    )

    @Argument(help: ConversationReference.help)
    var conversation: ConversationReference

    @Option(name: .customLong("switch"), help: ArgumentHelp("Switch to this branch.", valueName: "branch"))
    var line: String?

    @Flag(help: "Copy the active path into a new conversation.")
    var fork = false

    @Option(help: "With --fork, copy only down to this item.")
    var item: String?

    @Option(help: "With --fork, the title of the copy.")
    var title: String?

    @OptionGroup var place: PlaceOptions
    @OptionGroup var format: OutputOptions

    func validate() throws {
        if fork, line != nil { throw ValidationError("--fork and --switch are two things: do one after the other.") }
        if !fork, item != nil || title != nil { throw ValidationError("--item and --title belong to --fork.") }
    }

    func run() async throws {
        let output = format.output
        if fork || line != nil {
            let changed = try await place.ask { try await change($0) }
            return output.show(changed, as: .table(.conversations([changed])))
        }
        let branches = try await place.ask { try await $0.branches(of: conversation.id(on: $0)) }
        output.show(.array(branches), as: .table(.branches(branches)))
    }

    private func change(_ api: APIClient) async throws -> JSON {
        let id = try await conversation.id(on: api)
        guard let line else {
            var body = JSON.Object()
            body["item"] = item.map(JSON.string)
            body["title"] = title.map(JSON.string)
            return try await api.fork(id, .object(body))
        }
        let tip = try await Self.tip(of: line, among: api.branches(of: id))
        return try await api.moveTip(of: id, to: tip, follow: false)
    }

    /// The last item of the line that begins, or ends, with an id that begins or ends so.
    private static func tip(of text: String, among branches: [JSON]) throws -> String {
        func isMeant(_ id: String?) -> Bool {
            guard let id, !text.isEmpty else { return false }
            return id == text || id.hasSuffix(text) || id.split(separator: "_").last?.hasPrefix(text) == true
        }
        let meant = branches.filter { isMeant($0["id"]?.string) || isMeant($0["tip"]?.string) }
        guard meant.count == 1, let tip = meant.first?["tip"]?.string else {
            let reason = meant.isEmpty ? "No branch is \(text)" : "\(meant.count) branches are \(text)"
            throw ParleyError(.notFound, "\(reason). `parley sessions branch` lists them.")
        }
        return tip
    }
}

extension Table {
    /// The lines of a conversation's tree.
    static func branches(_ branches: [JSON]) -> Table {
        Table(
            [
                Column(heading: "BRANCH"), Column(heading: "CHANGED"), Column(heading: "ITEMS", isNumber: true),
                Column(heading: "FORKED AFTER"), Column(heading: "ACTIVE"),
            ],
            rows: branches.map { branch in
                [
                    handle(branch["id"]), TimeText.of(branch["updated_at"]),
                    (branch["item_count"]?.int ?? 0).description,
                    handle(branch["fork"]),
                    branch["active"]?.bool == true ? "yes" : "",
                ]
            },
            whenEmpty: "The conversation has no items."
        )
    }

    /// The end of an item's id: those of one import begin alike.
    private static func handle(_ id: JSON?) -> String { String(id?.string?.suffix(8) ?? "") }
}
