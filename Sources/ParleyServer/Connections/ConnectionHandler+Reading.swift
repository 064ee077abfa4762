import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypes

extension ConnectionHandler {
    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            if head.headerFields[.expect]?.lowercased() == "100-continue" { invite(head, context) }
            state.requestBegan(now: .now(), asksToClose: head.headerFields[.connection]?.lowercased() == "close")
        case .body(let buffer): perform(state.bodyArrived(buffer.readableBytes), context)
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
        guard let malformed = error as? HTTPParserError else {
            connection?.clientLeft()
            return context.fireErrorCaught(error)
        }
        let tooLarge = if case .headerOverflow = malformed { true } else { false }
        let action = state.failed(headersTooLarge: tooLarge)
        if action == .none { context.fireErrorCaught(error) } else { perform(action, context) }
    }

    /// Some clients send a large body only after being asked to; one that is too large is not asked for.
    private func invite(_ head: HTTPRequest, _ context: ChannelHandlerContext) {
        let length = head.headerFields[.contentLength].flatMap { Int($0) } ?? 0
        let path = head.path?.prefix { $0 != "?" }
        guard state.isQuiet, length <= limits.body || path == "/\(ImportRoutes.path)" else { return }
        context.writeAndFlush(wrapOutboundOut(.head(HTTPResponse(status: .continue))), promise: nil)
    }
}
