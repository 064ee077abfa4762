/// Byte-pair merging of a piece of any length, in windows, so that a megabyte costs per byte what a page costs.
///
/// A window is merged alone, and its last tokens, which what follows might change, are given to the next window. That is
/// exact because of a property of merging by rank: a row of tokens is what a text merges into if and only if each two
/// neighbours are what their own bytes merge into. (The first merge to cross a border between tokens of the row would
/// also be made in the text of the two tokens alone.) Inside a window it holds; at the border it is tried. A border that
/// fails moves to the left, and if that happens too often the whole piece becomes one window.
struct LongMerge {
    private let table: MergeTable
    private let window: Int
    private let overlap: Int
    private var merge: HeapMerge
    private var tokens: [UInt32] = []
    private var failures = 0

    /// - Parameters:
    ///   - table: The vocabulary.
    ///   - window: The number of bytes merged at once.
    ///   - overlap: How many of them are left to the next window.
    init(_ table: MergeTable, window: Int = 1024, overlap: Int = 128) {
        self.table = table
        self.window = window
        self.overlap = overlap
        merge = HeapMerge(table)
    }

    /// The tokens of a piece of less than 4 GiB, which must not be empty.
    mutating func tokens(_ text: Text, from start: Int, to end: Int) -> [UInt32] {
        let permitted = 16 + (end - start) / window
        tokens.removeAll(keepingCapacity: true)
        failures = 0
        var position = start
        while position < end {
            guard failures <= permitted else { return merge.tokens(text, from: start, to: end) }
            position = advance(text, from: position, to: end)
        }
        return tokens
    }

    /// Merges the window at `position` and gives where the next one starts.
    private mutating func advance(_ text: Text, from position: Int, to end: Int) -> Int {
        let windowEnd = min(position + window, end)
        let found = merge.tokens(text, from: position, to: windowEnd)
        if let last = tokens.last, !areNeighbours(last, found[0], around: position, of: text) {
            failures += 1
            tokens.removeLast()
            return position - table.length(of: last)
        }
        guard windowEnd < end else {
            tokens.append(contentsOf: found)
            return end
        }
        return keep(found, from: position, until: windowEnd - overlap)
    }

    /// Keeps the first token and those that end before `limit`; gives the end of the last one kept.
    private mutating func keep(_ found: [UInt32], from position: Int, until limit: Int) -> Int {
        var position = position
        for (index, id) in found.enumerated() {
            let end = position + table.length(of: id)
            guard index == 0 || end < limit else { break }
            tokens.append(id)
            position = end
        }
        return position
    }

    /// Whether the bytes of two tokens that meet at `position` merge into just these two.
    private mutating func areNeighbours(_ left: UInt32, _ right: UInt32, around position: Int, of text: Text) -> Bool {
        let start = position - table.length(of: left)
        let end = position + table.length(of: right)
        return merge.tokens(text, from: start, to: end) == [left, right]
    }
}
