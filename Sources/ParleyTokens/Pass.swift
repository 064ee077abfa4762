/// One walk over a text: cut a piece, look it up whole, else merge its bytes.
struct Pass {
    let text: Text
    let table: MergeTable

    @inline(__always)
    func run(_ splitter: some Splitter, into sink: inout some TokenSink) {
        unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 2 * ShortMerge.capacity) { scratch in
            guard let base = scratch.baseAddress else { return }
            let merge = unsafe ShortMerge(table, scratch: base)
            var start = 0
            while start < text.count {
                let end = splitter.pieceEnd(from: start)
                take(from: start, to: end, merge, into: &sink)
                start = end
            }
        }
    }

    @inline(__always)
    private func take(from start: Int, to end: Int, _ merge: ShortMerge, into sink: inout some TokenSink) {
        let length = end &- start
        if length == 1 {
            sink.take(table.byte(text[start]))
        } else if length <= table.longest, case let id = table.piece(text, from: start, length: length),
            id != MergeTable.none
        {
            sink.take(id)
        } else if length <= ShortMerge.capacity {
            unsafe sink.take(merge.tokens(text, from: start, to: end))
        } else {
            takeLong(from: start, to: end, into: &sink)
        }
    }

    private func takeLong(from start: Int, to end: Int, into sink: inout some TokenSink) {
        var merge = LongMerge(table)
        for id in merge.tokens(text, from: start, to: end) { sink.take(id) }
    }
}
