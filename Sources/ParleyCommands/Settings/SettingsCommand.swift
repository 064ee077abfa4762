import ArgumentParser
import Parley

/// The command `parley settings`.
struct SettingsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settings", abstract: "List everything that can be set, and where.",
        discussion: """
            A flag is stronger than the environment, the environment than .env in the working directory, .env than \
            parley.yaml, and that than the default.
            """
    )

    @OptionGroup var format: OutputOptions

    func run() throws {
        format.output.show(.array(Setting.all.map(json)), as: .table(table))
    }

    private var table: Table {
        Table(
            [
                Table.Column(heading: "ENVIRONMENT"), Table.Column(heading: "PARLEY.YAML"),
                Table.Column(heading: "DEFAULT", isFlexible: true), Table.Column(heading: "WHAT IT DOES", isFlexible: true),
            ],
            rows: Setting.all.map { [$0.variables.joined(separator: ", "), $0.key, $0.standard, $0.help] },
            whenEmpty: ""
        )
    }

    private func json(_ setting: Setting) -> JSON {
        [
            "key": .string(setting.key), "environment": .array(setting.variables.map(JSON.string)),
            "default": .string(setting.standard), "secret": .bool(setting.isSecret), "help": .string(setting.help),
        ]
    }
}
