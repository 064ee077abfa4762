import Parley

/// The text of an API key: `prl_`, ten characters that name it, a secret of 256 random bits, and a checksum.
///
/// The checksum lets us, and programs that scan for leaked keys, tell a key from a typing mistake without a lookup.
struct KeyText {
    let handle: String
    let secret: String

    private static let letters = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
    private static let handleLength = 10
    /// 43 letters of 62 carry 256 bits.
    private static let secretLength = 43

    static func random() -> Self {
        var generator = SystemRandomNumberGenerator()
        func text(_ length: Int, of letters: [Character]) -> String {
            String((0..<length).map { _ in letters[Int.random(in: 0..<letters.count, using: &generator)] })
        }
        return Self(
            handle: text(handleLength, of: Array(letters.prefix(36))).lowercased(),
            secret: text(secretLength, of: letters)
        )
    }

    private init(handle: String, secret: String) {
        self.handle = handle
        self.secret = secret
    }

    /// Reads a key; `nil` when its form or checksum is wrong.
    init?(_ text: String) {
        let parts = text.split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == "prl", parts[1].count == Self.handleLength,
            parts[2].count == Self.secretLength
        else { return nil }
        self.init(handle: String(parts[1]), secret: String(parts[2]))
        guard parts[3] == checksum else { return nil }
    }

    var text: String { "prl_\(handle)_\(secret)_\(checksum)" }

    /// What is stored of the secret.
    var digest: [UInt8] { Store.digest(Array(secret.utf8)) }

    private var checksum: String {
        Hexadecimal.encode(Store.digest(Array("\(handle)_\(secret)".utf8)).prefix(3))
    }
}
