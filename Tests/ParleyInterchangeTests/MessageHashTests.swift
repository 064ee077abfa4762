import Parley
import Testing

@testable import ParleyInterchange

@Suite("The hashes of llm")
struct MessageHashTests {
    @Test(
        "are BLAKE2b with sixteen bytes, over any number of blocks",
        arguments: [
            (0, "cae66941d9efbd404e4d88758ea67670"), (1, "7025e075d5e2f6cde3cc051a31f07660"),
            (128, "a74787004ef589e31149183900d0294a"), (129, "aaf1b0371f6d4ee49ee4fb5ddd9c49ef"),
            (1000, "978a3f8b45508a42fe7f0f99caf2c423"),
        ]
    )
    func digests(count: Int, digest: String) {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        #expect(Hexadecimal.encode(Blake2b.digest(bytes)) == digest)
    }

    @Test("are the ones of its documentation")
    func documented() {
        let hash = LLMMessageHash.of(texts: ["Suggest a name for a pet pelican"], role: "user", after: nil)
        #expect(hash == "b2:d6b0cd4e7a65ea90423c50fadb3f5704")
    }
}
