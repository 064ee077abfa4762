internal import ParleyAssets

/// The tables of one vocabulary as they lie in the binary; nothing is parsed or copied.
///
/// `vocabularies/README.md` beside the tables describes the layout. Making one reads a few numbers of the header.
@safe struct MergeTable {
    /// Stands for "no such token": greater than every id, so that it also is the worst rank.
    static let none = UInt32.max
    /// The first character that `character(_:)` knows about; the last is U+FFFF.
    static let firstCharacter: UInt32 = 0x2000

    /// The number of tokens.
    let count: Int
    /// The length in bytes of the longest token.
    let longest: Int

    private let byteIDs: UnsafePointer<UInt32>
    private let bytePairs: UnsafePointer<UInt32>
    private let characters: UnsafePointer<UInt32>
    private let pieces: PerfectHash
    private let pieceSlots: UnsafeRawPointer
    private let pairs: PerfectHash
    private let pairSlots: UnsafePointer<UInt64>
    private let offsets: UnsafePointer<UInt32>
    private let bytes: UnsafeRawPointer

    /// The table of a vocabulary; traps when it is not embedded, which is a build mistake.
    init(_ asset: Asset) {
        guard let base = unsafe asset.unsafeBytes.baseAddress,
            unsafe asset.unsafeBytes.count > 128, unsafe base.load(as: UInt32.self) == 0x3145_5042
        else { preconditionFailure("\(asset.path) is not a vocabulary") }
        let header = unsafe base.assumingMemoryBound(to: UInt32.self)
        func section(_ number: Int) -> UnsafeRawPointer { unsafe base + Int(header[4 + 2 * number]) }
        func size(_ number: Int) -> Int { unsafe Int(header[5 + 2 * number]) }
        unsafe count = Int(header[1])
        unsafe longest = Int(header[2])
        unsafe byteIDs = section(0).assumingMemoryBound(to: UInt32.self)
        unsafe bytePairs = section(1).assumingMemoryBound(to: UInt32.self)
        unsafe characters = section(2).assumingMemoryBound(to: UInt32.self)
        unsafe pieces = PerfectHash(seeds: section(3), seedBytes: size(3), slots: size(4) / 16)
        unsafe pieceSlots = section(4)
        unsafe pairs = PerfectHash(seeds: section(5), seedBytes: size(5), slots: size(6) / 8)
        unsafe pairSlots = section(6).assumingMemoryBound(to: UInt64.self)
        unsafe offsets = section(7).assumingMemoryBound(to: UInt32.self)
        unsafe bytes = section(8)
    }

    /// The token of a single byte.
    @inline(__always)
    func byte(_ byte: UInt8) -> UInt32 {
        unsafe byteIDs[Int(byte)]
    }

    /// The token that two neighbouring bytes merge into, or `none`.
    @inline(__always)
    func pair(bytes first: UInt8, _ second: UInt8) -> UInt32 {
        unsafe bytePairs[Int(first) << 8 | Int(second)]
    }

    /// The token that two neighbouring tokens merge into, or `none`.
    @inline(__always)
    func pair(_ first: UInt32, _ second: UInt32) -> UInt32 {
        let key = UInt64(first) << 18 | UInt64(second)
        let entry = unsafe pairSlots[pairs.slot(of: key &* HashConstant.first)]
        return entry >> 18 == key ? UInt32(truncatingIfNeeded: entry & 0x3FFFF) : Self.none
    }

    /// The token of a character of U+2000...U+FFFF whose bytes surely merge before they meet a neighbour, or `none`.
    ///
    /// True beside characters with a lead byte from 0xE2 or at the end of a piece only: `Scripts/vocabulary` says why.
    @inline(__always)
    func character(_ scalar: UInt32) -> UInt32 {
        assert(scalar >= Self.firstCharacter && scalar <= 0xFFFF)
        return unsafe characters[Int(scalar &- Self.firstCharacter)]
    }

    /// The token of a whole piece, or `none`.
    @inline(__always)
    func piece(_ text: Text, from start: Int, length: Int) -> UInt32 {
        let key = PieceKey(text, from: start, length: length)
        let slot = unsafe pieceSlots + pieces.slot(of: key.hash) &* 16
        let packed = unsafe slot.load(fromByteOffset: 12, as: UInt32.self)
        guard unsafe slot.load(as: UInt64.self) == key.head,
            unsafe slot.load(fromByteOffset: 8, as: UInt32.self) == key.tail, packed >> 18 == length
        else { return Self.none }
        let id = packed & 0x3FFFF
        if length <= PieceKey.inline { return id }
        return unsafe text.equals(from: start, length: length, bytes + Int(offsets[Int(id)])) ? id : Self.none
    }

    /// The number of bytes of a token, which must exist.
    func length(of id: UInt32) -> Int {
        unsafe Int(offsets[Int(id) + 1] - offsets[Int(id)])
    }

    /// The bytes of a token, or nil when there is no such token.
    func bytes(of id: Int) -> UnsafeRawBufferPointer? {
        guard id >= 0, id < count else { return nil }
        let start = unsafe Int(offsets[id])
        return unsafe UnsafeRawBufferPointer(start: bytes + start, count: Int(offsets[id + 1]) - start)
    }
}
