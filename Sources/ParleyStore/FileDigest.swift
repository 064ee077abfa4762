import Crypto
import Parley

/// SHA-256 of what comes in pieces.
package struct FileDigest: Sendable {
    private var hash = SHA256()

    package init() {}

    package mutating func add(_ bytes: [UInt8]) { hash.update(data: bytes) }

    /// In hexadecimal, as `sha256sum` writes it.
    package var text: String { Hexadecimal.encode(Array(hash.finalize())) }
}
