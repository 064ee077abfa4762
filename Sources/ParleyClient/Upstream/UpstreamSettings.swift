package import Parley

/// One OpenAI-compatible server, as it is configured.
package struct UpstreamSettings: Hashable, Sendable {
    /// What routes and messages call it.
    package var name: String
    /// Where its API begins; `/v1` is added when the address has no path.
    package var baseURL: String
    /// Sent as a bearer token.
    ///
    /// Comes from the same source as the address, or not at all.
    package var key: Secret?
    /// The models it serves; empty to ask it.
    package var models: [String]

    package init(name: String, baseURL: String, key: Secret? = nil, models: [String] = []) {
        self.name = name
        self.baseURL = baseURL
        self.key = key
        self.models = models
    }
}
