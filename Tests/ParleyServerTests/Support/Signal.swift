/// Something that happens once and is waited for.
final class Signal: Sendable {
    private let stream: AsyncStream<Void>
    private let source: AsyncStream<Void>.Continuation

    init() {
        (stream, source) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    func fire() { source.finish() }

    /// Ends also when the task is cancelled.
    ///
    /// By one task at a time.
    func wait() async {
        for await _ in stream {}
    }
}
