import Glibc
import NIOCore
import NIOPosix

/// One connection: takes requests one after another, and does with each what the script says.
final class ScriptedConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let owner: ScriptedUpstream
    private let number: Int
    private var received: [UInt8] = []
    /// What is left to do for the request that is being answered.
    private var steps: [Reply.Step]?

    init(_ owner: ScriptedUpstream) {
        self.owner = owner
        number = owner.connected()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received += Array(unwrapInboundIn(data).readableBytesView)
        answerNext(context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if steps != nil { owner.ended(aborted: true) }
        steps = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func answerNext(_ context: ChannelHandlerContext) {
        if let first = received.first, !(UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(first) {
            return refuse(context)
        }
        guard steps == nil, let request = ReceivedRequest(taking: &received, connection: number) else { return }
        steps = owner.reply(to: request).steps
        proceed(context)
    }

    /// Answers what is no HTTP, such as the beginning of TLS, as an HTTP server does.
    private func refuse(_ context: ChannelHandlerContext) {
        let answer = ByteBuffer(string: "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
        context.writeAndFlush(wrapOutboundOut(answer), promise: nil)
        context.close(promise: nil)
    }

    private func proceed(_ context: ChannelHandlerContext) {
        while let step = steps?.first {
            steps?.removeFirst()
            switch step {
            case .send(let bytes): context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
            case .wait(let gate): return wait(gate, context)
            case .hang: return
            case .close: return finish(context) { context.close(promise: nil) }
            case .reset: return finish(context) { self.reset(context) }
            }
        }
        finish(context) { self.answerNext(context) }
    }

    private func finish(_ context: ChannelHandlerContext, _ then: () -> Void) {
        if steps != nil { owner.ended(aborted: false) }
        steps = nil
        then()
    }

    private func wait(_ gate: Gate, _ context: ChannelHandlerContext) {
        let me = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let loop = context.eventLoop
        gate.whenOpen {
            loop.execute {
                let (connection, context) = me.value
                if connection.steps != nil { connection.proceed(context) }
            }
        }
    }

    private func reset(_ context: ChannelHandlerContext) {
        let provider = context.channel as? any SocketOptionProvider
        _ = provider?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
        context.close(promise: nil)
    }
}
