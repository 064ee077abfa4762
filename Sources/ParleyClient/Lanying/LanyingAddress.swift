package import Parley

/// Lanying's server, and what is shown and said there.
package struct LanyingAddress: Sendable {
    /// Where its API begins.
    package var endpoint: String
    /// Lets us send in the name of every user of the application.
    package var adminToken: Secret
    /// What is shown instead of a text that Lanying keeps back.
    package var antispam: String

    package init(endpoint: String, adminToken: Secret, antispam: String) {
        self.endpoint = endpoint
        self.adminToken = adminToken
        self.antispam = antispam
    }
}
