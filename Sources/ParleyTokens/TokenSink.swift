/// What becomes of the tokens that are found.
protocol TokenSink {
    mutating func take(_ id: UInt32)
    mutating func take(_ ids: UnsafeBufferPointer<UInt32>)
}

/// Counts tokens.
struct TokenCount: TokenSink {
    private(set) var count = 0

    @inline(__always)
    mutating func take(_ id: UInt32) {
        count &+= 1
    }

    @inline(__always)
    mutating func take(_ ids: UnsafeBufferPointer<UInt32>) {
        count &+= ids.count
    }
}

/// Keeps tokens.
struct TokenList: TokenSink {
    private(set) var ids: [Int] = []

    mutating func take(_ id: UInt32) {
        ids.append(Int(id))
    }

    mutating func take(_ ids: UnsafeBufferPointer<UInt32>) {
        for index in ids.indices { unsafe self.ids.append(Int(ids[index])) }
    }
}
