import NIOCore
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// Stands between the HTTP decoder and the server on each connection: tells requests when their client leaves, keeps the
/// deadlines, answers what is not HTTP, and closes after answers that say so.
///
/// The server itself only looks at the request's `Connection` header, has no deadline for heads and bodies, and answers
/// malformed requests with nothing.
final class ConnectionHandler: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let connections: Connections
    let limits: ServerLimits
    private let isLocal: Bool
    private(set) var connection: Connection?
    var state: ConnectionState
    private var timer: (at: NIODeadline, task: Scheduled<Void>)?

    init(connections: Connections, limits: ServerLimits, isLocal: Bool) {
        self.connections = connections
        self.limits = limits
        self.isLocal = isLocal
        state = ConnectionState(limits: limits, opened: .now())
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let pipeline = context.pipeline.syncOperations
        if let codec = try? pipeline.handler(type: HTTP1ToHTTPServerCodec.self) {
            try? pipeline.addHandler(OldClientHandler(), position: .before(codec))
        }
        if context.channel.isActive { begin(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        begin(context)
        context.fireChannelActive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        end(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(context)
        context.fireChannelInactive()
    }

    private func begin(_ context: ChannelHandlerContext) {
        guard connection == nil else { return }
        state = ConnectionState(limits: limits, opened: .now())
        connection = connections.add(context.channel, isLocal: isLocal)
        if connection == nil { context.close(promise: nil) } else { keepTime(context) }
    }

    private func end(_ context: ChannelHandlerContext) {
        timer?.task.cancel()
        timer = nil
        guard let connection else { return }
        connections.remove(context.channel)
        connection.clientLeft()
        self.connection = nil
    }
}

extension ConnectionHandler {
    /// Sees to it that somebody looks when the next deadline is over.
    ///
    /// One timer for each connection; it is not moved when a deadline moves back.
    func keepTime(_ context: ChannelHandlerContext) {
        guard connection != nil, let deadline = state.deadline else { return }
        if let timer {
            guard deadline < timer.at else { return }
            timer.task.cancel()
        }
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        let task = context.eventLoop.scheduleTask(deadline: deadline) {
            let (handler, context) = bound.value
            handler.timer = nil
            handler.perform(handler.state.timePassed(now: .now()), context)
            handler.keepTime(context)
        }
        timer = (deadline, task)
    }
}
