import Parley

/// What holds for every upstream.
package struct UpstreamOptions: Sendable {
    package var routing = ModelRouting()
    package var deadlines = UpstreamDeadlines()
    package var retries = RetryPolicy()
    var breaker = CircuitBreaker.Policy()
    package var limits = AnswerLimits()
    /// Connections to one upstream before requests wait for one another.
    ///
    /// The client library's own number is 8.
    package var connectionsPerUpstream = 1024
    /// What `X-Parley-Hop` says: who sends, so that a request which comes back is recognised.
    package var instance = RequestPath.newName()

    package init() {}
}
