/// Which segments an FTS5 index consists of: the record that it keeps under the number 10.
struct FullTextStructure: Equatable {
    struct Segment: Equatable {
        var id: Int64
        /// Of its pages of terms.
        var first: Int64
        var last: Int64

        var pages: Int64 { max(0, last - first + 1) }
    }

    private(set) var segments: [Segment] = []
    private var segmentsOfLevels: [Int64] = []
    private var isMerging = false

    /// - Returns: `nil` when it is no such record.
    init?(_ record: [UInt8]) {
        var bytes = record.dropFirst(4)
        func varint() -> Int64? { bytes.popVarint() }
        guard let levels = varint(), varint() != nil, varint() != nil, levels < 64 else { return nil }
        for _ in 0..<levels {
            guard let merging = varint(), let count = varint(), count < 4096 else { return nil }
            isMerging = isMerging || merging > 0
            segmentsOfLevels.append(count)
            for _ in 0..<count {
                guard let id = varint(), let first = varint(), let last = varint() else { return nil }
                segments.append(Segment(id: id, first: first, last: last))
            }
        }
    }

    /// Pages of terms.
    var pages: Int64 { segments.reduce(0) { $0 + $1.pages } }

    /// Whether a merge has begun, or some level has `most` segments.
    func wantsMerge(of most: Int) -> Bool { isMerging || segmentsOfLevels.contains { $0 >= Int64(most) } }
}

extension ArraySlice<UInt8> {
    /// Takes a number off the beginning, as SQLite writes them; `nil` when there is none.
    mutating func popVarint() -> Int64? {
        var value: Int64 = 0
        for _ in 0..<8 {
            guard let byte = popFirst() else { return nil }
            value = value << 7 | Int64(byte & 0x7F)
            if byte < 0x80 { return value }
        }
        return nil
    }
}
