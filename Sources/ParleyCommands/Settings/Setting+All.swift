extension Setting {
    /// Every setting, in the order in which they are explained.
    package static let all = general + spending

    private static let general = [
        database, model, contextWindow, strictModels, aliases, openAIBaseURL, openAIKey, upstreams, upstreamURL,
        upstreamKey, upstreamModels, url, key, user, host, port, record, anonymousUser, allowedHosts, allowedOrigins,
        retentionIdle, retentionUsers, retentionTags, retentionUsage, retentionDeleted, bodyLimit, connectTimeout,
        firstByteTimeout, idleTimeout, totalTimeout, retries, logLevel, networkDisk, config,
        lanyingUserID, lanyingAdminToken, lanyingEndpoint, lanyingSignature, lanyingApology, lanyingAntispam,
        lanyingUser, lanyingModel, lanyingPresets,
    ]

    static let database = Setting(
        "database",
        "PARLEY_DATABASE",
        kind: .path,
        standard: "$XDG_DATA_HOME/parley/parley.sqlite",
        help: "The database file."
    )
    static let model = Setting(
        "model",
        "PARLEY_MODEL",
        standard: "the first that the upstream lists",
        help: "The model used when a request names none, or an unknown one."
    )
    static let contextWindow = Setting(
        "context_window",
        "PARLEY_CONTEXT_WINDOW",
        kind: .number(256...100_000_000),
        standard: "what the upstream reports, else 8192",
        help: "The context window assumed for models that are not in the table."
    )
    static let strictModels = Setting(
        "strict_models",
        "PARLEY_STRICT_MODELS",
        kind: .flag,
        standard: "off",
        help: "Reject unknown model names instead of using the default model."
    )
    static let aliases = Setting(
        "aliases",
        "PARLEY_ALIASES",
        kind: .list,
        help: "Other names for models: `fast=gpt-4o-mini, big=work/gpt-5`."
    )
    static let openAIBaseURL = Setting(
        "openai.base_url",
        "OPENAI_BASE_URL",
        "OPENAI_API_BASE",
        kind: .address,
        standard: "OpenAI when a key is set, else a model server on this machine",
        help: "The OpenAI-compatible server that answers."
    )
    static let openAIKey = Setting(
        "openai.api_key",
        "OPENAI_API_KEY",
        isSecret: true,
        help: "Its key. Used only when the address comes from the same source, or from none."
    )
    static let upstreams = Setting(
        "upstreams",
        "PARLEY_UPSTREAMS",
        kind: .list,
        help: "Names of several upstreams, in order of preference."
    )
    static let upstreamURL = Setting(
        "upstream.NAME.url",
        "PARLEY_UPSTREAM_NAME_URL",
        kind: .address,
        help: "The address of the upstream NAME."
    )
    static let upstreamKey = Setting(
        "upstream.NAME.key",
        "PARLEY_UPSTREAM_NAME_KEY",
        isSecret: true,
        help: "Its key, from the same source as its address."
    )
    static let upstreamModels = Setting(
        "upstream.NAME.models",
        "PARLEY_UPSTREAM_NAME_MODELS",
        kind: .list,
        standard: "what it lists",
        help: "The models it serves."
    )
}

extension Setting {
    static let url = Setting(
        "url",
        "PARLEY_URL",
        kind: .address,
        standard: "the process that holds the database",
        help: "The Parley server that commands ask."
    )
    static let key = Setting(
        "key",
        "PARLEY_KEY",
        isSecret: true,
        help: "The key for it, from the same source as the address."
    )
    static let user = Setting("user", "PARLEY_USER", standard: "local", help: "The user that commands act for.")
    static let host = Setting(
        "host",
        "PARLEY_HOST",
        standard: "127.0.0.1",
        help: "The address `parley serve` listens on. Any but loopback needs a key."
    )
    static let port = Setting(
        "port",
        "PARLEY_PORT",
        kind: .number(0...65_535),
        standard: "8787",
        help: "Its port; 0 picks a free one."
    )
    static let record = Setting(
        "record",
        "PARLEY_RECORD",
        kind: .flag,
        standard: "on",
        help: "Record the conversations of clients that send their whole history each time."
    )
    static let anonymousUser = Setting(
        "anonymous_user",
        "PARLEY_ANONYMOUS_USER",
        standard: "nobody",
        help: "Opens /chat and /ask_gpt without a key, on loopback, for this user."
    )
    static let allowedHosts = Setting(
        "allowed_hosts",
        "PARLEY_ALLOWED_HOSTS",
        kind: .list,
        standard: "this machine's own",
        help: "Names under which browsers may reach the server."
    )
    static let allowedOrigins = Setting(
        "allowed_origins",
        "PARLEY_ALLOWED_ORIGINS",
        kind: .list,
        standard: "none",
        help: "Web origins whose pages may use the API."
    )
    static let bodyLimit = Setting(
        "limit.body",
        "PARLEY_LIMIT_BODY",
        kind: .number(1_024...1_073_741_824),
        standard: "8388608",
        help: "The largest body of a request, in bytes."
    )
}

extension Setting {
    static let connectTimeout = Setting(
        "timeout.connect",
        "PARLEY_TIMEOUT_CONNECT",
        kind: .number(1...600),
        standard: "10",
        help: "Seconds to wait for a connection to an upstream."
    )
    static let firstByteTimeout = Setting(
        "timeout.first_byte",
        "PARLEY_TIMEOUT_FIRST_BYTE",
        kind: .number(1...86_400),
        standard: "300",
        help: "Seconds to wait for the first byte of an answer."
    )
    static let idleTimeout = Setting(
        "timeout.idle",
        "PARLEY_TIMEOUT_IDLE",
        kind: .number(1...86_400),
        standard: "120",
        help: "Seconds an upstream may stay silent during an answer."
    )
    static let totalTimeout = Setting(
        "timeout.total",
        "PARLEY_TIMEOUT_TOTAL",
        kind: .number(1...86_400),
        standard: "1800",
        help: "Seconds an answer may take in all."
    )
    static let retries = Setting(
        "retries",
        "PARLEY_RETRIES",
        kind: .number(0...10),
        standard: "2",
        help: "How often a failed upstream call is retried before anything has been relayed."
    )
    static let logLevel = Setting(
        "log_level",
        "PARLEY_LOG_LEVEL",
        standard: "info",
        help: "What `parley serve` logs: debug, info, warning, error."
    )
    static let networkDisk = Setting(
        "network_disk",
        "PARLEY_NETWORK_DISK",
        kind: .flag,
        standard: "off",
        help: "Allow a database on a network file system, which may damage it."
    )
    static let config = Setting(
        "config",
        "PARLEY_CONFIG",
        kind: .path,
        standard: "./parley.yaml, else $XDG_CONFIG_HOME/parley/parley.yaml",
        help: "The file `parley.yaml`."
    )
}
