import AsyncHTTPClient
import NIOCore
import NIOPosix
import Parley

/// An HTTP client for each event loop.
///
/// A client that has several loops may run a call's callbacks on another loop than its connection. That costs a hop for
/// each event, and the library (1.37.0) traps when an upstream answers and closes before the end of the request has
/// hopped over ("A connection that we don't know was released"). To require the loop in each call is no way out: such
/// connections are never used again.
struct ClientPool: Sendable {
    private let clients: [(loop: any EventLoop, client: HTTPClient)]

    init(_ options: UpstreamOptions) {
        clients = MultiThreadedEventLoopGroup.singleton.makeIterator().map { loop in
            (loop, HTTPClient(eventLoopGroup: loop, configuration: HTTPClient.Configuration(options)))
        }
    }

    /// The client of this thread's loop, else the next in turn.
    func any() -> HTTPClient? {
        let loop = MultiThreadedEventLoopGroup.singleton.any()
        return clients.first { $0.loop === loop }?.client
    }

    func shutdown() async {
        for (_, client) in clients { try? await client.shutdown() }
    }

    /// As ``shutdown()``, for those who cannot wait.
    func abandon() {
        for (_, client) in clients { client.shutdown { _ in } }
    }
}

extension HTTPClient.Configuration {
    /// HTTP/1.1, no redirects, nothing decompressed, nothing traced, many connections, and no retries that we do not
    /// know of.
    fileprivate init(_ options: UpstreamOptions) {
        self.init(
            redirectConfiguration: .disallow,
            timeout: Timeout(connect: TimeAmount(options.deadlines.connect)),
            connectionPool: ConnectionPool(
                idleTimeout: .seconds(60),
                concurrentHTTP1ConnectionsPerHostSoftLimit: options.connectionsPerUpstream
            ),
            decompression: .disabled
        )
        connectionPool.retryConnectionEstablishment = false
        httpVersion = .http1Only
        tracing.tracer = nil
        http1_1ConnectionDebugInitializer = { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(FlushCoalescer(), position: .first)
            }
        }
    }
}
