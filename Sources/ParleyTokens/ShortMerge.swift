/// Byte-pair merging of a piece of at most `capacity` bytes, in place and without allocating.
///
/// The merge of lowest rank comes first, the leftmost of equals; the rank of a merge is the id it gives. Each step looks
/// at every neighbouring pair, which is quadratic but the fastest for pieces of the length of words.
@safe struct ShortMerge {
    /// The longest piece it takes.
    static let capacity = 128

    private let table: MergeTable
    private let ids: UnsafeMutablePointer<UInt32>
    private let ranks: UnsafeMutablePointer<UInt32>

    /// Works in `scratch`, which holds two numbers per byte of `capacity`.
    init(_ table: MergeTable, scratch: UnsafeMutablePointer<UInt32>) {
        self.table = table
        unsafe ids = scratch
        unsafe ranks = scratch + Self.capacity
    }

    /// Merges the piece and gives its tokens, valid until the next call.
    func tokens(_ text: Text, from start: Int, to end: Int) -> UnsafeBufferPointer<UInt32> {
        assert(end > start && end - start <= Self.capacity)
        let wide = text[end &- 1] >= 0x80
        var count = wide ? fillCharacters(text, from: start, to: end) : fillBytes(text, from: start, to: end)
        while mergeLowest(&count) {}
        return unsafe UnsafeBufferPointer(start: ids, count: count)
    }

    /// Starts from single bytes.
    private func fillBytes(_ text: Text, from start: Int, to end: Int) -> Int {
        var current = text[start]
        for index in 0..<(end &- start &- 1) {
            let next = text[start &+ index &+ 1]
            unsafe ids[index] = table.byte(current)
            unsafe ranks[index] = table.pair(bytes: current, next)
            current = next
        }
        let last = end &- start &- 1
        unsafe ids[last] = table.byte(current)
        unsafe ranks[last] = MergeTable.none
        return end &- start
    }

    /// Starts from whole characters where that cannot change the result.
    private func fillCharacters(_ text: Text, from start: Int, to end: Int) -> Int {
        var symbols = CharacterSymbols(text, table, from: start, to: end)
        var count = 0
        while let id = symbols.next() {
            unsafe ids[count] = id
            count &+= 1
        }
        for index in 0..<(count &- 1) {
            unsafe ranks[index] = table.pair(ids[index], ids[index &+ 1])
        }
        unsafe ranks[count &- 1] = MergeTable.none
        return count
    }

    /// Does the best merge; false when there is none.
    @inline(__always)
    private func mergeLowest(_ count: inout Int) -> Bool {
        var best = MergeTable.none
        var at = 0
        for index in 0..<(count &- 1) {
            let rank = unsafe ranks[index]
            if rank < best {
                best = rank
                at = index
            }
        }
        guard best != MergeTable.none else { return false }
        count &-= 1
        close(at: at, count: count)
        unsafe ids[at] = best
        unsafe ranks[at] = at &+ 1 < count ? table.pair(best, ids[at &+ 1]) : MergeTable.none
        if at > 0 { unsafe ranks[at &- 1] = table.pair(ids[at &- 1], best) }
        return true
    }

    /// Moves what follows the merged pair one place to the left.
    @inline(__always)
    private func close(at: Int, count: Int) {
        for index in (at &+ 1)..<max(count, at &+ 1) {
            unsafe ids[index] = ids[index &+ 1]
            unsafe ranks[index] = ranks[index &+ 1]
        }
    }
}
