import Parley
import ParleyClient

extension Settings {
    /// The upstreams that are set: those with names in their order, then the one of `OPENAI_BASE_URL`.
    static func upstreams(
        _ sources: SettingSources
    ) throws -> [(settings: UpstreamSettings, endpoint: SettingsEndpoint)] {
        var upstreams = try sources.list(.upstreams).map { try upstream($0, sources) }
        if let endpoint = try openAI(sources), !upstreams.contains(where: { $0.settings.name == "openai" }) {
            upstreams.append((UpstreamSettings(name: "openai", baseURL: endpoint.url, key: endpoint.key), endpoint))
        }
        return upstreams
    }

    private static func upstream(
        _ name: String,
        _ sources: SettingSources
    ) throws -> (settings: UpstreamSettings, endpoint: SettingsEndpoint) {
        guard name.utf8.count <= 64, name.utf8.allSatisfy(isOfName) else {
            throw ParleyError(
                .configuration,
                "\(Setting.upstreams.name): '\(name)' is not a valid name; use letters, digits, '-' and '_'."
            )
        }
        let address = Setting.upstreamURL.named(name)
        guard let endpoint = try sources.endpoint(address, .upstreamKey.named(name)) else {
            throw ParleyError(.configuration, "The upstream '\(name)' has no address: set \(address.name).")
        }
        let models = try sources.list(.upstreamModels.named(name))
        return (UpstreamSettings(name: name, baseURL: endpoint.url, key: endpoint.key, models: models), endpoint)
    }

    private static func openAI(_ sources: SettingSources) throws -> SettingsEndpoint? {
        if let endpoint = try sources.endpoint(.openAIBaseURL, .openAIKey) { return endpoint }
        guard let (key, source) = try sources.text(.openAIKey) else { return nil }
        return SettingsEndpoint(url: openAI, key: Secret(key), source: source)
    }

    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

extension Setting {
    /// The setting of one upstream.
    ///
    /// In the environment a `-` of its name is a `_`.
    fileprivate func named(_ name: String) -> Setting {
        var setting = self
        setting.key = key.replacing("NAME", with: name)
        setting.variables = variables.map { $0.replacing("NAME", with: name.uppercased().replacing("-", with: "_")) }
        return setting
    }
}

extension Settings {
    /// Refuses an upstream that is this server itself: every question would ask itself for ever.
    func refuseOwnAddress() throws {
        guard let own = upstreams.first(where: isOwn) else { return }
        throw ParleyError(
            .configuration,
            "\(own.baseURL) is Parley's own address. \(Setting.openAIBaseURL.name) names the server that answers; "
                + "unset it here, or set it to that server's address."
        )
    }

    func isOwn(_ upstream: UpstreamSettings) -> Bool {
        guard let address = HostAndPort(url: upstream.baseURL) else { return false }
        return address.port == port && (address.host == host.lowercased() || address.isOwnMachine)
    }
}
