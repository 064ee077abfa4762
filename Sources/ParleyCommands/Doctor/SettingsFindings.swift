import Parley

/// What is set, and where.
struct SettingsFindings {
    private let settings: Settings

    init(_ settings: Settings) {
        self.settings = settings
    }

    func all() -> [Finding] {
        let lines = Setting.all.compactMap(line)
        let summary: Finding =
            lines.isEmpty
            ? .good("settings", "nothing is set; the defaults hold")
            : .good("settings", lines.joined(separator: "; "))
        return [summary] + settings.withheld.map { .doubtful("keys", $0) }
    }

    private func line(_ setting: Setting) -> String? {
        guard let found = try? settings.sources.value(setting) else { return nil }
        return "\(setting.name)=\(found.text) (\(found.source.rawValue))"
    }
}
