import ParleyStore

/// A write that waits, with the means to tell its caller how it ended.
struct WriteJob: Sendable {
    /// Does the work and returns what tells the caller, to be called when the commit is durable.
    var perform: @Sendable (any Connection) throws -> @Sendable () -> Void
    /// Tells the caller that nothing was written.
    var fail: @Sendable (any Error) -> Void
}
