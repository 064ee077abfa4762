import Parley

/// An address and its key, as they were set.
struct SettingsEndpoint: Sendable {
    var url: String
    var key: Secret?
    /// Who gives the address.
    var source: SettingLayer.Source?
    /// Where there is a key that is not sent, because the address comes from elsewhere.
    var withheldKey: SettingLayer.Source?
}
