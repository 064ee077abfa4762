/// BLAKE2b (RFC 7693) with a digest of sixteen bytes, by which `llm` knows messages.
///
/// A shorter digest is another function than the beginning of a longer one, and no library that is here has it.
enum Blake2b {
    static let digestSize = 16
    private static let blockSize = 128

    static func digest(_ bytes: [UInt8]) -> [UInt8] {
        var state = initial
        // Digest size, no key, one lane of depth one.
        state[0] ^= 0x0101_0000 ^ UInt64(digestSize)
        var start = 0
        while bytes.count - start > blockSize {
            compress(&state, words(bytes[start..<start + blockSize]), count: start + blockSize, isLast: false)
            start += blockSize
        }
        compress(&state, words(bytes[start...]), count: bytes.count, isLast: true)
        let digest = state.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * UInt64($0))) } }
        return Array(digest.prefix(digestSize))
    }

    /// The sixteen words of a block, filled up with zeros.
    private static func words(_ block: ArraySlice<UInt8>) -> [UInt64] {
        var words = [UInt64](repeating: 0, count: 16)
        for (index, byte) in block.enumerated() { words[index / 8] |= UInt64(byte) << (8 * UInt64(index % 8)) }
        return words
    }

    private static func compress(_ state: inout [UInt64], _ message: [UInt64], count: Int, isLast: Bool) {
        var work = state + initial
        work[12] ^= UInt64(count)
        if isLast { work[14] = ~work[14] }
        for round in 0..<12 {
            let order = orders[round % orders.count]
            for (step, lanes) in steps.enumerated() {
                mix(&work, lanes, message[order[2 * step]], message[order[2 * step + 1]])
            }
        }
        for index in 0..<8 { state[index] ^= work[index] ^ work[index + 8] }
    }

    private static func mix(_ work: inout [UInt64], _ lanes: [Int], _ first: UInt64, _ second: UInt64) {
        let (a, b, c, d) = (lanes[0], lanes[1], lanes[2], lanes[3])
        work[a] = work[a] &+ work[b] &+ first
        work[d] = turned(work[d] ^ work[a], 32)
        work[c] = work[c] &+ work[d]
        work[b] = turned(work[b] ^ work[c], 24)
        work[a] = work[a] &+ work[b] &+ second
        work[d] = turned(work[d] ^ work[a], 16)
        work[c] = work[c] &+ work[d]
        work[b] = turned(work[b] ^ work[c], 63)
    }

    /// The word with its bits turned to the right.
    private static func turned(_ word: UInt64, _ count: UInt64) -> UInt64 { word >> count | word << (64 - count) }

    /// Which words are mixed: the columns of the square of sixteen, then its diagonals.
    private static let steps = [
        [0, 4, 8, 12], [1, 5, 9, 13], [2, 6, 10, 14], [3, 7, 11, 15],
        [0, 5, 10, 15], [1, 6, 11, 12], [2, 7, 8, 13], [3, 4, 9, 14],
    ]

    private static let initial: [UInt64] = [
        0x6a09_e667_f3bc_c908, 0xbb67_ae85_84ca_a73b, 0x3c6e_f372_fe94_f82b, 0xa54f_f53a_5f1d_36f1,
        0x510e_527f_ade6_82d1, 0x9b05_688c_2b3e_6c1f, 0x1f83_d9ab_fb41_bd6b, 0x5be0_cd19_137e_2179,
    ]

    private static let orders = [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
        [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
        [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
        [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
        [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
        [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
        [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
        [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
        [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
        [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
    ]
}
