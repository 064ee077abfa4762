extension ParleyRequestContext {
    /// Runs `operation` in the same task and calls `onGone` once if the client goes away meanwhile.
    ///
    /// For a streamed answer, whose writer cannot leave its task: `onGone` ends what the operation waits for. The
    /// connection stays usable for the next request. A client that closes only its own side counts as gone.
    package func withClientGoneHandler<Value>(
        isolation: isolated (any Actor)? = #isolation,
        _ operation: () async throws -> Value,
        onGone: @escaping @Sendable () -> Void
    ) async rethrows -> Value {
        let watch = connection?.watch(onGone)
        defer { connection?.unwatch(watch) }
        return try await operation()
    }

    /// Runs `operation` in a child task that is cancelled when the client goes away.
    ///
    /// - Throws: what the operation throws, which for a cancelled one is its own affair.
    package func withClientGoneCancellation<Value: Sendable>(
        _ operation: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let task = Task.immediate { try await operation() }
        return try await withTaskCancellationHandler {
            try await withClientGoneHandler {
                try await task.value
            } onGone: {
                task.cancel()
            }
        } onCancel: {
            task.cancel()
        }
    }
}
