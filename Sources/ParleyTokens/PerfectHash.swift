/// The multipliers of the hashes; `Scripts/vocabulary` uses the same.
enum HashConstant {
    static let first: UInt64 = 0x9E37_79B9_7F4A_7C15
    static let second: UInt64 = 0xC2B2_AE3D_27D4_EB4F
    static let third: UInt64 = 0xD6E8_FEB8_6659_FD93
}

/// Where a key must be if it is in a table at all: one slot, found without a search.
///
/// The upper half of the hash chooses a seed, and the seed chooses the slot; the seeds were made so that no two keys of
/// the table share a slot.
@safe struct PerfectHash {
    private let seeds: UnsafePointer<UInt16>
    private let seedCount: UInt64
    private let slotCount: UInt64

    init(seeds: UnsafeRawPointer, seedBytes: Int, slots: Int) {
        unsafe self.seeds = seeds.assumingMemoryBound(to: UInt16.self)
        seedCount = UInt64(seedBytes / 2)
        slotCount = UInt64(slots)
    }

    /// The slot of a hash, always less than the number of slots.
    @inline(__always)
    func slot(of hash: UInt64) -> Int {
        let upper = hash >> 32
        let seed = unsafe UInt32(seeds[Int(truncatingIfNeeded: (upper &* seedCount) >> 32)])
        let low = UInt32(truncatingIfNeeded: hash ^ upper) ^ (seed &* 0x9E37_79B1)
        return Int(truncatingIfNeeded: (UInt64(low &* 0x85EB_CA6B) &* slotCount) >> 32)
    }
}

/// What identifies a piece of text: the first 8 bytes, the last 4, the length and a hash of all of it.
struct PieceKey {
    /// The greatest length at which `head`, `tail` and the length leave no doubt.
    static let inline = 12

    let head: UInt64
    let tail: UInt32
    let hash: UInt64

    @inline(__always)
    init(_ text: Text, from start: Int, length: Int) {
        let word = text.word(at: start)
        if length < 8 {
            head = word & ((1 << UInt64(truncatingIfNeeded: length &* 8)) &- 1)
            tail = 0
        } else {
            head = word
            tail = text.half(at: start &+ length &- 4)
        }
        var hash = head &* HashConstant.first ^ (UInt64(tail) << 8 | UInt64(length)) &* HashConstant.second
        if length > Self.inline { hash = Self.folding(text, from: start, length: length, into: hash) }
        hash ^= hash >> 32
        self.hash = hash &* HashConstant.third
    }

    private static func folding(_ text: Text, from start: Int, length: Int, into initial: UInt64) -> UInt64 {
        var hash = initial
        var at = 8
        while at &+ 8 <= length {
            hash = (hash ^ text.word(at: start &+ at)) &* HashConstant.first
            hash ^= hash >> 29
            at &+= 8
        }
        return (hash ^ text.word(at: start &+ length &- 8)) &* HashConstant.first
    }
}
