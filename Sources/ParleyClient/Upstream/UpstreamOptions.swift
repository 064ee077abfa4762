/// What holds for every upstream.
package struct UpstreamOptions: Sendable {
    package var routing = ModelRouting()
    package var deadlines = UpstreamDeadlines()
    package var retries = RetryPolicy()
    package var limits = AnswerLimits()
    /// Connections to one upstream before requests wait for one another. The client library's own number is 8.
    package var connectionsPerUpstream = 1024
    /// What `X-Parley-Hop` says: who sends, so that a request which comes back is recognised.
    package var instance = String(UInt64.random(in: .min ... .max), radix: 16)

    package init() {}
}

/// How long an upstream may take. Each fires within a tenth of itself.
package struct UpstreamDeadlines: Hashable, Sendable {
    /// Until a connection is there.
    package var connect: Duration = .seconds(10)
    /// From the call to the first byte of the answer's body.
    package var firstByte: Duration = .seconds(300)
    /// Between bytes, while we are reading. Comments count as bytes.
    package var idle: Duration = .seconds(120)
    /// From the call to the end of the answer.
    package var total: Duration = .seconds(1800)
    /// For the list of models.
    package var models: Duration = .seconds(10)

    package init() {}
}

/// How large an answer may be, in bytes.
package struct AnswerLimits: Hashable, Sendable {
    /// The body of an answer that is not streamed, and all the events of one that is.
    package var answer = 16 << 20
    /// The body of a refusal.
    package var refusal = 64 << 10
    /// What is kept of a stream while its reader is busy; the upstream waits beyond it.
    package var unread = 64 << 10

    package init() {}
}
