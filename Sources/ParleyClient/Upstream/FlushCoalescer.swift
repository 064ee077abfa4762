import NIOCore

/// Sends the head, the body and the end of a request in one write.
///
/// The client library flushes after each of the three, which costs two more system calls here and wakes the upstream
/// twice. Stands next to the socket.
final class FlushCoalescer: ChannelOutboundHandler {
    typealias OutboundIn = Any

    private var isScheduled = false

    func flush(context: ChannelHandlerContext) {
        guard !isScheduled else { return }
        isScheduled = true
        context.eventLoop.assumeIsolated().execute {
            self.isScheduled = false
            context.flush()
        }
    }
}
