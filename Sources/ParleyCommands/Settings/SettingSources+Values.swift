import Parley
import ParleyClient

extension SettingSources {
    /// A whole number within the setting's range.
    func number(_ setting: Setting, standard: Int) throws -> Int {
        try number(setting) ?? standard
    }

    /// A whole number within the setting's range, when anybody says one.
    func number(_ setting: Setting) throws -> Int? {
        guard let (text, source) = try text(setting) else { return nil }
        guard case .number(let range) = setting.kind, let number = Int(text), range.contains(number) else {
            let range =
                if case .number(let range) = setting.kind { " from \(range.lowerBound) to \(range.upperBound)" } else {
                    ""
                }
            throw Self.invalid(setting, source, "a whole number\(range), not '\(text)'")
        }
        return number
    }

    /// `on`, `true`, `yes` and `1`, or their opposites.
    func flag(_ setting: Setting, standard: Bool) throws -> Bool {
        guard let (text, source) = try text(setting) else { return standard }
        switch text.lowercased() {
        case "on", "true", "yes", "1": return true
        case "off", "false", "no", "0": return false
        default: throw Self.invalid(setting, source, "on or off, not '\(text)'")
        }
    }

    /// One of a few words.
    func choice<Choice: RawRepresentable<String> & CaseIterable>(_ setting: Setting, standard: Choice) throws -> Choice
    {
        guard let (text, source) = try text(setting) else { return standard }
        if let choice = Choice(rawValue: text.lowercased()) { return choice }
        throw Self.invalid(setting, source, Choice.allCases.map(\.rawValue).joined(separator: ", ") + ", not '\(text)'")
    }

    func path(_ setting: Setting) throws -> String? {
        try text(setting).map { UserFolder.path($0.text) }
    }

    /// An address with the key that may be sent to it.
    ///
    /// Both must come from the same source, so that nobody who can write a `.env` gets a key of the environment sent to an
    /// address of his. An address on the command line was typed by the person whose keys these are.
    func endpoint(_ address: Setting, _ key: Setting) throws -> SettingsEndpoint? {
        guard let (url, source) = try text(address) else { return nil }
        guard url.hasPrefix("http://") || url.hasPrefix("https://") || url.hasPrefix("http+unix://") else {
            throw Self.invalid(address, source, "an address that begins with http:// or https://")
        }
        let found = try text(key)
        if source == .flags { return SettingsEndpoint(url: url, key: found.map { Secret($0.text) }, source: source) }
        let own = try layers.first { $0.source == source }?.text(key)
        let withheld = own == nil ? found?.source : nil
        return SettingsEndpoint(url: url, key: own.map { Secret($0) }, source: source, withheldKey: withheld)
    }
}
