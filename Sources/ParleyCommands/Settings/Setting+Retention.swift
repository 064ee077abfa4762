extension Setting {
    static let retentionIdle = Setting(
        "retention.idle",
        "PARLEY_RETENTION_IDLE",
        standard: "never",
        help: "Conversations in which nothing was said or changed for so long are removed, such as `180d`."
    )
    static let retentionUsers = Setting(
        "retention.users",
        "PARLEY_RETENTION_USERS",
        kind: .list,
        help: "Other times for users: `anna=30d, bob=never`."
    )
    static let retentionTags = Setting(
        "retention.tags",
        "PARLEY_RETENTION_TAGS",
        kind: .list,
        help: "Other times for tags, which count before those of users: `work=2w`. The longest of several counts."
    )
    static let retentionUsage = Setting(
        "retention.usage",
        "PARLEY_RETENTION_USAGE",
        standard: "never",
        help: "What is left of turns without their conversations (model, tokens, cost) is removed after this time."
    )
    static let retentionDeleted = Setting(
        "retention.deleted",
        "PARLEY_RETENTION_DELETED",
        standard: "30d",
        help: "How long a deleted conversation can be restored."
    )
}
