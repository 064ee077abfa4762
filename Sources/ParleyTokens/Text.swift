/// The bytes of a text while it is being tokenized.
///
/// Reads are checked in debug builds only: they happen a few times per byte, and every caller stays below `count` by its
/// own loop condition.
@safe struct Text {
    /// The number of bytes.
    let count: Int
    private let base: UnsafeRawPointer

    /// A view of a buffer that outlives it.
    init?(_ buffer: UnsafeBufferPointer<UInt8>) {
        guard let start = unsafe UnsafeRawPointer(buffer.baseAddress), !buffer.isEmpty else { return nil }
        unsafe base = start
        count = buffer.count
    }

    subscript(index: Int) -> UInt8 {
        assert(index >= 0 && index < count)
        return unsafe base.load(fromByteOffset: index, as: UInt8.self)
    }

    /// The 8 bytes from `index`, first byte lowest; zeros stand for what is after the end.
    func word(at index: Int) -> UInt64 {
        assert(index >= 0 && index < count)
        if index &+ 8 <= count {
            return unsafe UInt64(littleEndian: base.loadUnaligned(fromByteOffset: index, as: UInt64.self))
        }
        var word: UInt64 = 0
        for offset in 0..<(count &- index) {
            word |= UInt64(self[index &+ offset]) << UInt64(truncatingIfNeeded: offset &* 8)
        }
        return word
    }

    /// The 4 bytes from `index`, which must all exist.
    func half(at index: Int) -> UInt32 {
        assert(index >= 0 && index &+ 4 <= count)
        return unsafe UInt32(littleEndian: base.loadUnaligned(fromByteOffset: index, as: UInt32.self))
    }

    /// Whether `length` bytes from `index` equal those at `other`.
    func equals(from index: Int, length: Int, _ other: UnsafeRawPointer) -> Bool {
        assert(index >= 0 && index &+ length <= count)
        for offset in 0..<length
        where unsafe self[index &+ offset] != other.load(fromByteOffset: offset, as: UInt8.self) {
            return false
        }
        return true
    }
}

extension Text {
    /// The length of the run of ASCII lower-case letters from `index`.
    func lowercaseRun(from index: Int) -> Int {
        run(from: index, fold: 0)
    }

    /// The length of the run of ASCII letters from `index`.
    func letterRun(from index: Int) -> Int {
        run(from: index, fold: 0x2020_2020_2020_2020)
    }

    /// Eight bytes at a time: a byte's top bit is set in `outside` when it is not in `a...z` after folding.
    @inline(__always)
    private func run(from index: Int, fold: UInt64) -> Int {
        let tops: UInt64 = 0x8080_8080_8080_8080
        var at = index
        while at < count {
            let word = word(at: at)
            let low = (word | fold) & ~tops
            let inside = (low &+ 0x1F1F_1F1F_1F1F_1F1F) & ~(low &+ 0x0505_0505_0505_0505) & ~word & tops
            let outside = inside ^ tops
            guard outside == 0 else { return at &- index &+ outside.trailingZeroBitCount >> 3 }
            at &+= 8
        }
        return count &- index
    }
}
