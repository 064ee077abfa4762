import Parley
import ParleyClient

/// Everything that is set, read once at the start of a command and known to be valid.
///
/// What may be set, and where, is in ``Setting/all``.
struct Settings: Sendable {
    /// The absolute path of the database.
    var database: String
    /// The server that commands ask; `nil` for this machine's own.
    var server: APIAddress?
    /// For whom commands act on this machine.
    var user: String?
    /// The upstreams that were set, in order; empty when none was.
    var upstreams: [UpstreamSettings]
    var routing: ModelRouting
    var deadlines: UpstreamDeadlines
    var retries: Int
    /// The window of models that the table does not know.
    var contextWindow: Int?
    var host: String
    var port: Int
    var record: Bool
    var anonymousUser: String?
    var allowedHosts: Set<String>
    var allowedOrigins: Set<String>
    /// The largest body of a request, in bytes.
    var bodyLimit: Int
    var logLevel: LogLevel
    /// How long the server keeps what.
    var retention: RetentionPolicy
    var allowsNetworkDisk: Bool
    /// The bot of Lanying as which a model answers, when one is set.
    var lanying: LanyingSettings?
    var spending: SpendingSettings
    /// Keys that are not sent, because their address comes from elsewhere.
    var withheld: [String]
    /// Where everything was read, for the doctor.
    var sources: SettingSources

    /// OpenAI's own address, for who has set nothing but a key.
    static let openAI = "https://api.openai.com/v1"

    /// - Throws: ``ParleyError/Code/configuration``, naming the setting and where it stands.
    init(_ sources: SettingSources) throws {
        self.sources = sources
        database = try sources.path(.database) ?? UserFolder.data + "/parley/parley.sqlite"
        user = try sources.text(.user)?.text
        let endpoint = try sources.endpoint(.url, .key)
        // A database named on the command line is asked for itself, whatever server is usually asked.
        let isNamed = try sources.text(.database)?.source == .flags && endpoint?.source != .flags
        server = isNamed ? nil : try endpoint.map { try APIAddress(url: $0.url, key: $0.key) }
        let named = try Self.upstreams(sources)
        upstreams = named.map(\.settings)
        withheld = (named.map(\.endpoint) + [endpoint].compactMap(\.self)).compactMap(Self.withheld)
        routing = ModelRouting(
            aliases: try Self.pairs(.aliases, sources),
            defaultModel: try sources.text(.model)?.text,
            strict: try sources.flag(.strictModels, standard: false)
        )
        deadlines = try UpstreamDeadlines(sources)
        retries = try sources.number(.retries, standard: 2)
        contextWindow = try sources.number(.contextWindow)
        host = try sources.text(.host)?.text ?? "127.0.0.1"
        port = try sources.number(.port, standard: 8787)
        record = try sources.flag(.record, standard: true)
        anonymousUser = try sources.text(.anonymousUser)?.text
        allowedHosts = Set(try sources.list(.allowedHosts))
        allowedOrigins = Set(try sources.list(.allowedOrigins))
        bodyLimit = try sources.number(.bodyLimit, standard: 8 << 20)
        logLevel = try sources.choice(.logLevel, standard: LogLevel.info)
        retention = try RetentionPolicy(sources)
        allowsNetworkDisk = try sources.flag(.networkDisk, standard: false)
        lanying = try LanyingSettings(sources)
        spending = try SpendingSettings(sources)
    }

    private static func withheld(_ endpoint: SettingsEndpoint) -> String? {
        guard let key = endpoint.withheldKey, let source = endpoint.source else { return nil }
        return "The key in \(key.rawValue) is not sent to \(endpoint.url): the address stands in \(source.rawValue)."
            + " Put both in the same place."
    }

    /// A list of pairs like `name=value`.
    static func pairs(_ setting: Setting, _ sources: SettingSources) throws -> [String: String] {
        var pairs: [String: String] = [:]
        for pair in try sources.list(setting) {
            let parts = pair.split(separator: "=", maxSplits: 1).map { $0.trimmed }
            guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
                throw ParleyError(
                    .configuration,
                    "\(setting.name) must be pairs like fast=gpt-4o-mini, not '\(pair)'."
                )
            }
            pairs[parts[0]] = parts[1]
        }
        return pairs
    }
}

extension UpstreamDeadlines {
    init(_ sources: SettingSources) throws {
        self.init()
        connect = .seconds(try sources.number(.connectTimeout, standard: 10))
        firstByte = .seconds(try sources.number(.firstByteTimeout, standard: 300))
        idle = .seconds(try sources.number(.idleTimeout, standard: 120))
        total = .seconds(try sources.number(.totalTimeout, standard: 1800))
    }
}
