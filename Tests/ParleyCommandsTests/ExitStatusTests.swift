import Parley
import Testing

@testable import ParleyCommands

@Suite struct ExitStatusTests {
    @Test(
        arguments: [
            (ParleyError.Code.databaseLocked, 75), (.databaseForeign, 78), (.databaseNewer, 78), (.configuration, 78),
            (.storageGone, 74), (.noUpstream, 69), (.upstreamUnreachable, 69), (.contextLengthExceeded, 65),
            (.invalidKey, 77), (.notFound, 1), (.cancelled, 130),
        ] as [(ParleyError.Code, Int32)]
    )
    func aCodeHasItsStatus(code: ParleyError.Code, status: Int32) {
        #expect(code.exitStatus == status)
    }

    @Test func noFailureLooksLikeSuccess() {
        #expect(ParleyError.Code.allCases.allSatisfy { $0.exitStatus > 0 && $0.exitStatus < 256 })
    }
}
