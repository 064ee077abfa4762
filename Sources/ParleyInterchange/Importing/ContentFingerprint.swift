import Parley

/// A name for something that has none, made from what it says (FNV-1a, twice 64 bits).
///
/// By it a second import recognises what it has seen. Not for anything that must be secret.
enum ContentFingerprint {
    static func of(_ json: JSON) -> String { of(json.canonical) }

    static func of(_ bytes: [UInt8]) -> String {
        let forward = hash(bytes, 0xcbf2_9ce4_8422_2325)
        let backward = hash(bytes.reversed(), 0x6c62_272e_07bb_0142)
        return digits(forward) + digits(backward)
    }

    private static func hash(_ bytes: some Sequence<UInt8>, _ start: UInt64) -> UInt64 {
        bytes.reduce(start) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }

    private static func digits(_ hash: UInt64) -> String {
        Hexadecimal.encode((0..<8).reversed().map { UInt8(truncatingIfNeeded: hash >> UInt64(8 * $0)) })
    }
}
