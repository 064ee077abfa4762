import ArgumentParser
import Foundation
import Parley
import Testing

@testable import ParleyCommands

/// What the README says of the program is what the program has.
@Suite struct ReadmeTests {
    private static func readme() throws -> String {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../README.md")
        return try String(contentsOf: root, encoding: .utf8)
    }

    /// The first word of each row in the table of commands, and the words behind it.
    private static func commands() throws -> [String: Set<String>] {
        let rows = try readme().split(separator: "\n").filter { $0.hasPrefix("| `parley ") }
        return rows.reduce(into: [:]) { commands, row in
            let code = row.split(separator: "`")[1].replacing("\\|", with: " ")
            let words = code.split(separator: " ").dropFirst().map(String.init)
            guard let noun = words.first, !noun.hasPrefix("-") else { return }
            commands[noun, default: []].formUnion(words.dropFirst())
        }
    }

    private static func names(_ configuration: CommandConfiguration) -> Set<String> {
        var names: Set<String> = []
        for command in configuration.subcommands { names.insert(command._commandName) }
        return names
    }

    /// `parley settings --markdown` writes the table.
    @Test func itHasTheTableOfSettings() throws {
        let readme = try Self.readme()
        #expect(Setting.markdown.filter { !readme.contains($0) }.isEmpty)
    }

    @Test func itHasEveryCommandAndNoOther() throws {
        let told = try Self.commands()
        #expect(Set(told.keys) == Self.names(ParleyCommand.configuration))
        for noun in ParleyCommand.configuration.subcommands where !noun.configuration.subcommands.isEmpty {
            let words = told[noun._commandName]?.filter { $0.first?.isLowercase == true }
            #expect(words == Self.names(noun.configuration), "\(noun._commandName)")
        }
    }

    @Test func itHasEveryExitStatus() throws {
        let line = try #require(try Self.readme().split(separator: "\n").first { $0.contains("Exit statuses: ") })
        for status in Set(ParleyError.Code.allCases.map(\.exitStatus)).union([0, EX_USAGE, ExitStatus.interrupted]) {
            #expect(line.contains(" \(status) "), "\(status)")
        }
    }
}
