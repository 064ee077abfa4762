import Parley
import ParleyClient

/// What is set for the bot of Lanying.
struct LanyingSettings: Sendable {
    var bot: LanyingID
    var address: LanyingAddress
    var signature: Secret?
    var apology: String
    /// Whose the conversations are.
    var user: String
    var model: String?
    var presets: [String: String]

    /// `nil` when neither the bot nor its token is set.
    ///
    /// - Throws: ``ParleyError/Code/configuration`` when only one of them is.
    init?(_ sources: SettingSources) throws {
        func text(_ setting: Setting) throws -> String? {
            try sources.text(setting).flatMap { $0.text.isEmpty ? nil : $0.text }
        }
        let id = try text(.lanyingUserID)
        guard try id != nil || text(.lanyingAdminToken) != nil else { return nil }
        guard let id else { throw Self.missing(.lanyingUserID, beside: .lanyingAdminToken) }
        bot = LanyingID(id)
        address = LanyingAddress(
            endpoint: try text(.lanyingEndpoint) ?? Setting.lanyingEndpoint.standard,
            adminToken: try Self.token(sources),
            antispam: try text(.lanyingAntispam) ?? Setting.lanyingAntispam.standard
        )
        signature = try text(.lanyingSignature).map { Secret($0) }
        apology = try text(.lanyingApology) ?? Setting.lanyingApology.standard
        user = try text(.lanyingUser) ?? User.localName
        model = try text(.lanyingModel)
        presets = try Settings.pairs(.lanyingPresets, sources)
    }

    /// The token that may be sent to the address.
    private static func token(_ sources: SettingSources) throws -> Secret {
        let token: Secret?
        if let endpoint = try sources.endpoint(.lanyingEndpoint, .lanyingAdminToken) {
            guard HostAndPort(url: endpoint.url) != nil, !endpoint.url.hasPrefix("http+unix:") else {
                throw ParleyError(.configuration, "\(Setting.lanyingEndpoint.name) is not a server address.")
            }
            guard endpoint.withheldKey == nil else {
                throw ParleyError(
                    .configuration,
                    "\(Setting.lanyingEndpoint.name) and \(Setting.lanyingAdminToken.name) must stand in the same place."
                )
            }
            token = endpoint.key
        } else {
            token = try sources.text(.lanyingAdminToken).map { Secret($0.text) }
        }
        guard let token, !token.revealed.isEmpty else { throw missing(.lanyingAdminToken, beside: .lanyingUserID) }
        return token
    }

    private static func missing(_ setting: Setting, beside other: Setting) -> ParleyError {
        ParleyError(.configuration, "\(other.name) is set, and \(setting.name) is not: set both, or neither.")
    }
}
