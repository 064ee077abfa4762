import NIOCore
import NIOPosix
import Parley
import ParleyServer

/// A connection over which a test speaks HTTP byte by byte.
struct RawConnection {
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private var received: [UInt8] = []

    struct Ended: Error {}

    /// Connects, runs `body`, and closes the connection.
    static func with<Value>(
        _ address: ListeningAddress,
        _ body: (inout RawConnection) async throws -> Value
    ) async throws -> Value {
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        let wrap: @Sendable (any Channel) -> EventLoopFuture<NIOAsyncChannel<ByteBuffer, ByteBuffer>> = { channel in
            channel.eventLoop.makeCompletedFuture {
                try NIOAsyncChannel(
                    wrappingChannelSynchronously: channel,
                    configuration: .init(isOutboundHalfClosureEnabled: true)
                )
            }
        }
        let channel =
            switch address {
            case .tcp(let host, let port):
                try await bootstrap.connect(host: host, port: port, channelInitializer: wrap)
            case .socket(let path):
                try await bootstrap.connect(unixDomainSocketPath: path, channelInitializer: wrap)
            }
        return try await channel.executeThenClose { inbound, outbound in
            var connection = RawConnection(outbound: outbound, inbound: inbound.makeAsyncIterator())
            return try await body(&connection)
        }
    }

    private init(
        outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>,
        inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    ) {
        self.outbound = outbound
        self.inbound = inbound
    }

    func send(_ bytes: [UInt8]) async throws {
        try await outbound.write(ByteBuffer(bytes: bytes))
    }

    func send(_ text: String) async throws {
        try await send(Array(text.utf8))
    }

    /// Sends a request whose lines end in CRLF, with `Host` and the length of the body.
    func request(_ method: String, _ path: String, _ headers: [String: String] = [:], _ body: [UInt8] = []) async throws
    {
        var lines = ["\(method) \(path) HTTP/1.1"]
        if headers["Host"] == nil { lines.append("Host: localhost") }
        if !body.isEmpty || method == "POST" { lines.append("Content-Length: \(body.count)") }
        lines += headers.map { "\($0.key): \($0.value)" }
        try await send(Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body)
    }

    /// Whether the server has closed the connection; waits for it.
    mutating func isClosed() async -> Bool {
        do {
            while try await inbound.next() != nil {}
            return true
        } catch {
            return true
        }
    }
}

extension RawConnection {
    /// The next answer, whole.
    mutating func answer(toHead: Bool = false) async throws -> RawAnswer {
        var answer = try await head()
        if toHead || answer.status == 204 { return answer }
        if answer.headers["transfer-encoding"] == "chunked" {
            while let chunk = try await chunk() { answer.body += chunk }
        } else {
            answer.body = try await take(answer.headers["content-length"].flatMap { Int($0) } ?? 0)
        }
        return answer
    }

    /// Everything that still comes until the server closes the connection.
    mutating func rest() async throws -> [UInt8] {
        while let buffer = try await inbound.next() { received += buffer.readableBytesView }
        return received
    }

    /// Status and headers of the next answer.
    mutating func head() async throws -> RawAnswer {
        var answer = RawAnswer()
        answer.status = Int(try await line().split(separator: " ").dropFirst().first ?? "") ?? 0
        while case let line = try await line(), !line.isEmpty {
            let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
            answer.headers[parts[0].lowercased()] = parts.count > 1 ? String(parts[1].drop { $0 == " " }) : ""
        }
        return answer
    }

    /// The next chunk of a chunked body; `nil` at its end.
    mutating func chunk() async throws -> [UInt8]? {
        let count = Int(try await line(), radix: 16) ?? 0
        let bytes = try await take(count)
        _ = try await line()
        return count == 0 ? nil : bytes
    }

    private mutating func line() async throws -> String {
        while true {
            if let end = received.firstIndex(of: UInt8(ascii: "\n")) {
                let line = received[..<end].filter { $0 != UInt8(ascii: "\r") }
                received.removeSubrange(...end)
                return String(decoding: line, as: UTF8.self)
            }
            try await fill()
        }
    }

    private mutating func take(_ count: Int) async throws -> [UInt8] {
        while received.count < count { try await fill() }
        let bytes = Array(received.prefix(count))
        received.removeFirst(count)
        return bytes
    }

    private mutating func fill() async throws {
        guard let buffer = try await inbound.next() else { throw Ended() }
        received += buffer.readableBytesView
    }
}
