import ArgumentParser
import Parley

/// The command `parley sessions pin`.
struct SessionsPin: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pin",
        abstract: "Keep conversations from being pruned."
    )

    @Flag(help: "Take it back.")
    var off = false

    @OptionGroup var marks: ConversationMarks

    func run() async throws {
        try await marks.change(["pinned": .bool(!off)])
    }
}
