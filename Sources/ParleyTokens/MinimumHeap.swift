/// A binary heap of numbers that gives the least first.
struct MinimumHeap {
    private var entries: [UInt64] = []

    mutating func removeAll() {
        entries.removeAll(keepingCapacity: true)
    }

    mutating func push(_ entry: UInt64) {
        entries.append(entry)
        var child = entries.count - 1
        while child > 0, case let parent = (child - 1) / 2, entries[parent] > entry {
            entries[child] = entries[parent]
            child = parent
        }
        entries[child] = entry
    }

    /// Removes and gives the least number; nil when empty.
    mutating func popMinimum() -> UInt64? {
        guard let least = entries.first, let last = entries.popLast() else { return nil }
        if !entries.isEmpty {
            entries[0] = last
            siftDown()
        }
        return least
    }

    private mutating func siftDown() {
        let entry = entries[0]
        var parent = 0
        while case var child = 2 * parent + 1, child < entries.count {
            if child + 1 < entries.count, entries[child + 1] < entries[child] { child += 1 }
            guard entries[child] < entry else { break }
            entries[parent] = entries[child]
            parent = child
        }
        entries[parent] = entry
    }
}
