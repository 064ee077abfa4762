// The bot of Lanying.
extension Setting {
    static let lanyingUserID = Setting(
        "lanying.user_id",
        "LANYING_USER_ID",
        standard: "none",
        help: "The Lanying user the model answers as at /integrations/lanying/messages."
    )
    static let lanyingAdminToken = Setting(
        "lanying.admin_token",
        "LANYING_ADMIN_TOKEN",
        isSecret: true,
        help: "Lets Parley send as that user; from the same source as the address, when one is set."
    )
    static let lanyingEndpoint = Setting(
        "lanying.api_endpoint",
        "LANYING_API_ENDPOINT",
        kind: .address,
        standard: "https://s-1-3-api.maximtop.cn",
        help: "Lanying's server API."
    )
    static let lanyingSignature = Setting(
        "lanying.callback_signature",
        "LANYING_CALLBACK_SIGNATURE",
        isSecret: true,
        help: "What callbacks must carry in the header `signature`. Without it the server listens on loopback only."
    )
    static let lanyingApology = Setting(
        "lanying.message_404",
        "LANYING_CONNECTOR_MESSAGE_404",
        standard: "抱歉，我现在无法回答，请稍后再试。",
        help: "What the bot says when the model does not answer."
    )
    static let lanyingAntispam = Setting(
        "lanying.message_antispam",
        "LANYING_CONNECTOR_MESSAGE_ANTISPAM",
        standard: "抱歉，这条回答无法显示。",
        help: "What Lanying shows instead of an answer it holds back."
    )
    static let lanyingUser = Setting(
        "lanying.user",
        "PARLEY_LANYING_USER",
        standard: "local",
        help: "The user who owns the bot's conversations."
    )
    static let lanyingModel = Setting(
        "lanying.model",
        "PARLEY_LANYING_MODEL",
        standard: "the default model",
        help: "The model that answers."
    )
    static let lanyingPresets = Setting(
        "lanying.presets",
        "PARLEY_LANYING_PRESETS",
        kind: .list,
        help: "Models a message may choose by `preset_name`: `short=gpt-4o-mini`."
    )
}
