import ArgumentParser
import Parley

/// The command `parley sessions release`.
struct SessionsRelease: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Let held conversations be pruned again."
    )

    @OptionGroup var marks: ConversationMarks

    func run() async throws {
        try await marks.change(["held": false])
    }
}
