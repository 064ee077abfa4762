import ArgumentParser
import Parley

/// The command `parley sessions hold`.
struct SessionsHold: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold",
        abstract: "Never prune these conversations, whatever the retention policy says."
    )

    @OptionGroup var marks: ConversationMarks

    func run() async throws {
        try await marks.change(["held": true])
    }
}
