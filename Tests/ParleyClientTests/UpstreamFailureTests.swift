import AsyncHTTPClient
import NIOCore
import Parley
import Testing

@testable import ParleyClient

struct UpstreamFailureTests {
    /// A deadline that has passed once is not waited for twice more.
    @Test(arguments: [
        HTTPClientError.connectTimeout, .getConnectionFromPoolTimeout, .tlsHandshakeTimeout,
    ])
    func aConnectionThatTookTooLongIsNotTriedAgain(error: HTTPClientError) {
        let failure = UpstreamFailure(connecting: error)
        #expect(failure.error.code == .upstreamUnreachable)
        #expect(!failure.mayRetry)
        #expect(!UpstreamFailure(connecting: ChannelError.connectTimeout(.seconds(1))).mayRetry)
    }

    @Test func aConnectionThatFailedAtOnceIsTriedAgain() {
        #expect(UpstreamFailure(connecting: HTTPClientError.remoteConnectionClosed).mayRetry)
        #expect(UpstreamFailure(connecting: IOError(errnoCode: 111, reason: "connect")).mayRetry)
    }

    @Test func aCancelledConnectionIsCancelled() {
        #expect(UpstreamFailure(connecting: HTTPClientError.cancelled).error.code == .cancelled)
        #expect(UpstreamFailure(connecting: CancellationError()).error.code == .cancelled)
        #expect(!UpstreamFailure(connecting: HTTPClientError.cancelled).mayRetry)
    }
}
