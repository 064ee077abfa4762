import ArgumentParser
import Parley

/// The command `parley settings`.
struct SettingsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settings",
        abstract: "List every setting, its value, and where it comes from.",
        discussion: """
            A flag is stronger than the environment, the environment than .env in the working directory, .env than \
            parley.yaml, and that than the default.
            """
    )

    @Flag(help: .hidden)
    var markdown = false

    @OptionGroup var format: OutputOptions

    func run() throws {
        if markdown { return Setting.markdown.forEach(format.output.terminal.line) }
        let sources = try SettingSources.read(flags: [:])
        let found = try Setting.all.map { (setting: $0, found: try sources.value($0)) }
        format.output.show(.array(found.map { json($0.setting, $0.found) }), as: .table(table(found)))
    }

    private typealias Found = (text: String, source: SettingLayer.Source)

    private func table(_ found: [(setting: Setting, found: Found?)]) -> Table {
        Table(
            [
                Table.Column(heading: "NAME"), Table.Column(heading: "VALUE", isFlexible: true),
                Table.Column(heading: "FROM"), Table.Column(heading: "WHAT IT DOES", isFlexible: true),
            ],
            rows: found.map { setting, found in
                [
                    setting.name, found?.text ?? setting.standard, found?.source.rawValue ?? "default",
                    setting.help,
                ]
            },
            whenEmpty: ""
        )
    }

    private func json(_ setting: Setting, _ found: Found?) -> JSON {
        [
            "key": .string(setting.key), "environment": .array(setting.variables.map(JSON.string)),
            "value": JSON(found?.text), "source": JSON(found?.source.rawValue),
            "default": .string(setting.standard), "secret": .bool(setting.isSecret), "help": .string(setting.help),
        ]
    }
}

extension Setting {
    /// The table in the README.
    static var markdown: [String] {
        let head = ["| in `parley.yaml` | in the environment | default | |", "|---|---|---|---|"]
        return head
            + all.map { setting in
                let variables = setting.variables.map { "`\($0)`" }.joined(separator: ", ")
                return "| `\(setting.key)` | \(variables) | \(setting.standard) | \(setting.help) |"
            }
    }
}
