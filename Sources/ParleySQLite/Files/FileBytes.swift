import Glibc

/// Reading and writing small files by descriptor.
enum FileBytes {
    /// `count` bytes from an offset on, or as many as there are.
    static func read(_ descriptor: Int32, _ count: Int, from offset: Int64 = 0) -> [UInt8] {
        unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = unsafe max(pread(descriptor, buffer.baseAddress, count, off_t(offset)), 0)
        }
    }

    /// Makes `bytes` the whole contents.
    /// - Returns: whether it could.
    @discardableResult
    static func replace(_ descriptor: Int32, with bytes: [UInt8]) -> Bool {
        guard ftruncate(descriptor, 0) == 0 else { return false }
        return unsafe bytes.withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress, $0.count, 0) == $0.count }
    }
}
