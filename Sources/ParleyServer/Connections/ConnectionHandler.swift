import HTTPTypes
import Hummingbird
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

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
    private let limits: ServerLimits
    private let isLocal: Bool
    private var connection: Connection?
    private var state: ConnectionState
    private var timer: (at: NIODeadline, task: Scheduled<Void>)?

    init(connections: Connections, limits: ServerLimits, isLocal: Bool) {
        self.connections = connections
        self.limits = limits
        self.isLocal = isLocal
        state = ConnectionState(limits: limits, opened: .now())
    }

    func handlerAdded(context: ChannelHandlerContext) {
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

// MARK: What comes in

extension ConnectionHandler {
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            if head.headerFields[.expect] == "100-continue" { invite(head, context) }
            state.requestBegan(now: .now(), asksToClose: head.headerFields[.connection]?.lowercased() == "close")
        case .body(let buffer): state.bodyArrived(buffer.readableBytes)
        case .end: perform(state.requestEnded(), context)
        }
        keepTime(context)
        context.fireChannelRead(data)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent { connection?.clientLeft() }
        context.fireUserInboundEventTriggered(event)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        var action = ConnectionState.Action.none
        switch error {
        case let error as HTTPParserError:
            if case .headerOverflow = error {
                action = state.failed(headersTooLarge: true)
            } else {
                action = state.failed(headersTooLarge: false)
            }
        default: connection?.clientLeft()
        }
        if action == .none { context.fireErrorCaught(error) } else { perform(action, context) }
    }

    /// Some clients send a large body only after being asked to; one that is too large is not asked for.
    private func invite(_ head: HTTPRequest, _ context: ChannelHandlerContext) {
        let length = head.headerFields[.contentLength].flatMap { Int($0) } ?? 0
        guard state.isQuiet, length <= limits.body else { return }
        context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
    }
}

// MARK: What goes out

extension ConnectionHandler {
    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head):
            state.answerBegins(closes: head.headerFields[.connection] == "close")
            if state.isClosing { head.headerFields[.connection] = "close" }
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body: context.write(data, promise: promise)
        case .end: writeEnd(context, data, promise)
        }
    }

    private func writeEnd(_ context: ChannelHandlerContext, _ data: NIOAny, _ promise: EventLoopPromise<Void>?) {
        guard state.isClosing else {
            _ = state.answerEnded(now: .now())
            return context.write(data, promise: promise)
        }
        let written = promise ?? context.eventLoop.makePromise()
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: context.eventLoop)
        written.futureResult.whenComplete { _ in
            let (handler, context) = bound.value
            handler.perform(handler.state.answerEnded(now: .now()), context)
            handler.keepTime(context)
        }
        context.write(data, promise: written)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        state.writabilityChanged(to: context.channel.isWritable, now: .now())
        keepTime(context)
        context.fireChannelWritabilityChanged()
    }

    private func perform(_ action: ConnectionState.Action, _ context: ChannelHandlerContext) {
        switch action {
        case .none: break
        case .close: context.close(promise: nil)
        case .closeOutput: context.close(mode: .output, promise: nil)
        case .refuse(let refusal): refuse(refusal, context)
        }
    }

    private func refuse(_ refusal: Refusal, _ context: ChannelHandlerContext) {
        for part in refusal.parts.dropLast() { context.write(wrapOutboundOut(part), promise: nil) }
        let written = context.eventLoop.makePromise(of: Void.self)
        let channel = context.channel
        written.futureResult.whenComplete { _ in channel.close(promise: nil) }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: written)
    }
}

// MARK: Time

extension ConnectionHandler {
    /// Sees to it that somebody looks when the next deadline is over. One timer for each connection; it is not moved
    /// when a deadline moves back.
    private func keepTime(_ context: ChannelHandlerContext) {
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
