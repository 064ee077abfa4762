import ArgumentParser
import Parley

/// The command `parley sessions archive`.
struct SessionsArchive: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "archive",
        abstract: "Put conversations away without deleting them."
    )

    @Flag(help: "Undo it.")
    var off = false

    @OptionGroup var marks: ConversationMarks

    func run() async throws {
        try await marks.change(["archived": .bool(!off)])
    }
}
