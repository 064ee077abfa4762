/// Byte-pair merging in O(n log n): a heap of merges over a linked list of symbols.
///
/// It gives what `ShortMerge` gives and is slower for short pieces.
struct HeapMerge {
    private static let nothing = UInt32.max

    private let table: MergeTable
    private var ids: [UInt32] = []
    private var next: [UInt32] = []
    private var previous: [UInt32] = []
    /// Merges as `rank << 32 | position of the left symbol`; entries may be out of date.
    private var heap = MinimumHeap()

    init(_ table: MergeTable) {
        self.table = table
    }

    /// The tokens of a part of a text, which must not be empty.
    mutating func tokens(_ text: Text, from start: Int, to end: Int) -> [UInt32] {
        fill(text, from: start, to: end)
        while let entry = heap.popMinimum() {
            let left = Int(entry & 0xFFFF_FFFF)
            let rank = UInt32(entry >> 32)
            if ids[left] != Self.nothing, pairRank(left) == rank { merge(left, into: rank) }
        }
        return ids.filter { $0 != Self.nothing }
    }

    private mutating func fill(_ text: Text, from start: Int, to end: Int) {
        ids.removeAll(keepingCapacity: true)
        next.removeAll(keepingCapacity: true)
        previous.removeAll(keepingCapacity: true)
        heap.removeAll()
        var symbols = CharacterSymbols(text, table, from: start, to: end)
        while let id = symbols.next() {
            previous.append(ids.isEmpty ? Self.nothing : UInt32(ids.count - 1))
            ids.append(id)
            next.append(UInt32(ids.count))
        }
        for left in ids.indices.dropLast() { push(left) }
    }

    /// The rank of the merge of a symbol with the one after it.
    private func pairRank(_ left: Int) -> UInt32 {
        let right = Int(next[left])
        return right < ids.count ? table.pair(ids[left], ids[right]) : MergeTable.none
    }

    private mutating func merge(_ left: Int, into id: UInt32) {
        let right = Int(next[left])
        ids[left] = id
        ids[right] = Self.nothing
        next[left] = next[right]
        let after = Int(next[left])
        if after < ids.count { previous[after] = UInt32(left) }
        push(left)
        if previous[left] != Self.nothing { push(Int(previous[left])) }
    }

    private mutating func push(_ left: Int) {
        let rank = pairRank(left)
        if rank != MergeTable.none { heap.push(UInt64(rank) << 32 | UInt64(left)) }
    }
}
