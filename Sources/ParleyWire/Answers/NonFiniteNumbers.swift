/// Mends the `NaN` and `Infinity` that Python's JSON writer puts where a number should be.
enum NonFiniteNumbers {
    /// The bytes with `null` in the place of each, outside of strings; `nil` when there is none.
    static func replaced(in bytes: [UInt8]) -> [UInt8]? {
        var result: [UInt8] = []
        var index = 0
        var found = false
        while index < bytes.count {
            if let length = length(at: index, of: bytes) {
                result.append(contentsOf: "null".utf8)
                index += length
                found = true
                continue
            }
            let start = index
            if bytes[index] == UInt8(ascii: "\"") { skipString(bytes, &index) } else { index += 1 }
            result.append(contentsOf: bytes[start..<index])
        }
        return found ? result : nil
    }

    private static let words = ["NaN", "Infinity", "-Infinity"].map { Array($0.utf8) }

    private static func length(at index: Int, of bytes: [UInt8]) -> Int? {
        let first = bytes[index]
        guard first == UInt8(ascii: "N") || first == UInt8(ascii: "I") || first == UInt8(ascii: "-") else { return nil }
        return words.first { bytes[index...].starts(with: $0) }?.count
    }

    private static func skipString(_ bytes: [UInt8], _ index: inout Int) {
        index += 1
        while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
            index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
        }
        index = min(index + 1, bytes.count)
    }
}
