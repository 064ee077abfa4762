import ArgumentParser
import Parley

/// The command `parley sessions pin`.
struct SessionsPin: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pin",
        abstract: "Protect conversations from prunes, until they are deleted."
    )

    @Flag(help: "Undo it.")
    var off = false

    @OptionGroup var marks: ConversationMarks

    func run() async throws {
        try await marks.change(["pinned": .bool(!off)])
    }
}
