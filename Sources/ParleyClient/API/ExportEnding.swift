import Parley

/// Keeps back the end of an export, where the server says what it has.
struct ExportEnding {
    private var kept: [UInt8] = []

    /// More than what is said there.
    private static let most = 1024
    private static let separator: UInt8 = 0x1E

    /// What of the file is certain to be none of its ending.
    mutating func append(_ bytes: [UInt8]) -> [UInt8] {
        kept += bytes
        let count = max(0, kept.count - Self.most)
        defer { kept.removeFirst(count) }
        return Array(kept[..<count])
    }

    /// The rest of the file, and what is said behind it; `nil` when nothing is.
    func finish() -> (rest: [UInt8], summary: JSON)? {
        guard let start = kept.lastIndex(of: Self.separator),
            let summary = try? JSON(parsing: Array(kept[(start + 1)...]))
        else { return nil }
        return (Array(kept[..<start]), summary)
    }
}
