import Crypto
import Foundation
package import Parley

/// A server key that seals what clients carry for us: AES-GCM, bound to the user it was made for.
///
/// The sealed form is Base64 of a version, the key's number, a nonce and the code. The nonce follows from the text, so
/// that the same text reads the same each time; it can tell nothing but that two texts are equal.
struct Seal {
    let id: Int64
    let key: SymmetricKey

    private static let version: UInt8 = 1
    private static let nonceLength = 12

    func close(_ text: String, for owner: User.ID) throws -> String {
        let plain = Array(text.utf8)
        let bound = Self.binding(owner)
        let nonce = Array(HMAC<SHA256>.authenticationCode(for: bound + plain, using: key)).prefix(Self.nonceLength)
        let box = try AES.GCM.seal(plain, using: key, nonce: AES.GCM.Nonce(data: nonce), authenticating: bound)
        let head = [Self.version] + Self.bytes(UInt32(truncatingIfNeeded: id)) + nonce
        return Data(head + box.ciphertext + box.tag).base64EncodedString()
    }

    /// The key's number in a sealed text; `nil` when it is not one of ours.
    static func keyID(_ sealed: String) -> Int64? {
        guard let data = Data(base64Encoded: sealed), data.count > 5 + nonceLength + 16, data.first == version else {
            return nil
        }
        return data.dropFirst().prefix(4).reduce(Int64(0)) { $0 << 8 | Int64($1) }
    }

    /// - Returns: `nil` when it was sealed by another key, for another user, or changed since.
    func open(_ sealed: String, of owner: User.ID) -> String? {
        guard let data = Data(base64Encoded: sealed).map(Array.init), data.count > 5 + Self.nonceLength + 16,
            let nonce = try? AES.GCM.Nonce(data: data[5..<(5 + Self.nonceLength)]),
            let box = try? AES.GCM.SealedBox(
                nonce: nonce,
                ciphertext: data[(5 + Self.nonceLength)..<(data.count - 16)],
                tag: data.suffix(16)
            ),
            let plain = try? AES.GCM.open(box, using: key, authenticating: Self.binding(owner))
        else { return nil }
        return String(decoding: plain, as: UTF8.self)
    }

    private static func binding(_ owner: User.ID) -> [UInt8] {
        Array("parley.compaction.".utf8) + Array(String(owner.rawValue).utf8) + [0]
    }

    private static func bytes(_ number: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }
}

extension Seal {
    /// How long a key seals; older ones still open, in milliseconds.
    static let lifetime: Int64 = 30 * 24 * 60 * 60 * 1000

    static func newest(_ connection: any Connection) throws -> Seal {
        let seal = try connection.row("SELECT id, secret FROM seal_key ORDER BY id DESC LIMIT 1", decode: seal)
        guard let seal else { throw ParleyError(.internalError, "There is no key to seal with.") }
        return seal
    }

    static func find(_ id: Int64, _ connection: any Connection) throws -> Seal? {
        try connection.row("SELECT id, secret FROM seal_key WHERE id = ?", .integer(id), decode: seal)
    }

    /// How often a process that runs looks whether it is time for a new key, in milliseconds.
    static let rotation: Int64 = 24 * 60 * 60 * 1000

    /// Sees to it that a key is there and not older than its time.
    static func rotate(_ connection: any Connection) throws {
        let now = Timestamp.now.milliseconds
        let fresh = try connection.row(
            "SELECT id FROM seal_key WHERE created_at > ? LIMIT 1",
            .integer(now - lifetime)
        ) { try $0.integer(0) }
        guard fresh == nil else { return }
        let secret = unsafe SymmetricKey(size: .bits256).withUnsafeBytes { unsafe Array($0) }
        try connection.run(
            "INSERT INTO seal_key (secret, created_at) VALUES (?, ?)",
            .blob(secret),
            .integer(now)
        )
    }

    private static func seal(_ row: any Row) throws -> Seal {
        Seal(id: try row.integer(0), key: SymmetricKey(data: try row.blob(1)))
    }
}

extension Store {
    package func seal(_ text: String, for owner: User.ID) throws -> String {
        try database.read { try Seal.newest($0).close(text, for: owner) }
    }

    package func unseal(_ sealed: String, of owner: User.ID) throws -> String? {
        guard let id = Seal.keyID(sealed) else { return nil }
        return try database.read { try Seal.find(id, $0)?.open(sealed, of: owner) }
    }
}
