import Synchronization

/// Counts what happens, in memory.
///
/// Every label comes from a closed list, so the number of series is bounded.
package final class Metrics: Sendable {
    struct Request: Hashable {
        var route: String
        var method: String
        /// `2xx` and so on, by its first digit.
        var status: Int
    }

    struct Counts {
        var requests: [Request: Int] = [:]
        var durations: [String: Histogram] = [:]
        var openStreams = 0
        var inputTokens = 0
        var outputTokens = 0
    }

    private let counts = Mutex(Counts())
    private static let methods: Set<String> = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

    package init() {}

    package func observe(_ observation: Observation) {
        counts.withLock { counts in
            switch observation {
            case .request(let route, let method, let status, let duration):
                let method = Self.methods.contains(method) ? method : "OTHER"
                counts.requests[Request(route: route, method: method, status: status / 100), default: 0] += 1
                counts.durations[route, default: Histogram()].add(duration)
            case .streamOpened: counts.openStreams += 1
            case .streamClosed: counts.openStreams -= 1
            case .tokens(let input, let output):
                counts.inputTokens &+= input
                counts.outputTokens &+= output
            }
        }
    }

    var current: Counts { counts.withLock { $0 } }
}
