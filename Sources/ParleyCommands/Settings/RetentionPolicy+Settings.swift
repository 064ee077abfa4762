import Parley

extension RetentionPolicy {
    /// - Throws: ``ParleyError/Code/configuration``, naming the setting.
    init(_ sources: SettingSources) throws {
        self.init()
        idle = try Self.limit(.retentionIdle, sources) ?? idle
        usage = try Self.limit(.retentionUsage, sources) ?? usage
        users = try Self.limits(.retentionUsers, sources)
        tags = try Self.limits(.retentionTags, sources)
        guard let (text, source) = try sources.text(.retentionDeleted) else { return }
        guard let duration = Duration(text: text) else {
            throw SettingSources.invalid(.retentionDeleted, source, "a time like 30d, not '\(text)'")
        }
        deleted = duration
    }

    private static func limit(_ setting: Setting, _ sources: SettingSources) throws -> Limit? {
        guard let (text, source) = try sources.text(setting) else { return nil }
        guard let limit = Limit(text: text) else {
            throw SettingSources.invalid(setting, source, "a time like 180d, or never, not '\(text)'")
        }
        return limit
    }

    private static func limits(_ setting: Setting, _ sources: SettingSources) throws -> [String: Limit] {
        try Settings.pairs(setting, sources).mapValues { text in
            guard let limit = Limit(text: text) else {
                throw ParleyError(.configuration, "\(setting.name): '\(text)' must be like 180d, or never.")
            }
            return limit
        }
    }
}
