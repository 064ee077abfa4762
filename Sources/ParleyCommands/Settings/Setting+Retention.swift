extension Setting {
    static let retentionIdle = Setting(
        "retention.idle",
        "PARLEY_RETENTION_IDLE",
        standard: "never",
        help: "Remove conversations that have been idle for this long, such as `180d`."
    )
    static let retentionUsers = Setting(
        "retention.users",
        "PARLEY_RETENTION_USERS",
        kind: .list,
        help: "Per-user times: `anna=30d, bob=never`."
    )
    static let retentionTags = Setting(
        "retention.tags",
        "PARLEY_RETENTION_TAGS",
        kind: .list,
        help: "Per-tag times, which take precedence over those of users: `work=2w`. The longest applies."
    )
    static let retentionUsage = Setting(
        "retention.usage",
        "PARLEY_RETENTION_USAGE",
        standard: "never",
        help: "Remove what is left of turns after their conversation is gone (model, tokens, cost) after this time."
    )
    static let retentionDeleted = Setting(
        "retention.deleted",
        "PARLEY_RETENTION_DELETED",
        standard: "30d",
        help: "How long a deleted conversation can be restored."
    )
}
