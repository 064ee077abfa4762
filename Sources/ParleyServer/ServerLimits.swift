/// The most of everything that a client can ask for, each with its number.
///
/// Sizes are in bytes.
package struct ServerLimits: Sendable {
    /// The body of a request.
    package var body = 8 << 20
    /// All headers together, one of them, and how many.
    package var headerBlock = 32 << 10
    package var header = 16 << 10
    package var headerCount = 100

    /// From opening a connection to the end of its first request's head.
    package var headTime: Duration = .seconds(10)
    /// For a body to arrive, beside a second for every ``bodyRate`` bytes of it.
    package var bodyTime: Duration = .seconds(30)
    package var bodyRate = 64 << 10
    /// Between two requests.
    package var idleTime: Duration = .seconds(75)
    /// For a client to take what is written to it.
    package var writeTime: Duration = .seconds(30)
    /// How long an unwanted body is read before the connection closes.
    package var drainTime: Duration = .seconds(1)

    package var connections = 12_000
    package var connectionsPerAddress = 1_000
    /// Wrong keys from one address in a minute.
    package var wrongKeysPerMinute = 10

    /// Of lists.
    package var page = 100
    package var defaultPage = 20
    /// Of a key that makes a request idempotent, in characters.
    package var idempotencyKey = 255

    package init() {}
}
