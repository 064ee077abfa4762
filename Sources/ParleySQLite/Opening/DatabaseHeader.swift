/// The first bytes of an SQLite database, as its file format documents them: pure.
struct DatabaseHeader: Equatable {
    /// "Prly": what marks a database as ours.
    static let applicationID: UInt32 = 0x5072_6C79

    /// How many bytes must be read.
    static let length = 108

    var applicationID: UInt32
    var userVersion: UInt32
    /// Bytes that the file must have, when it tells; 0 when it does not.
    var expectedSize: Int64
    /// Whether there is no table in it.
    var isEmpty: Bool

    /// `nil` when it is not the beginning of a database.
    init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.length, bytes.starts(with: Self.magic) else { return nil }
        func number(_ offset: Int) -> UInt32 { bytes[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) } }
        let stored = Int64(bytes[16]) << 8 | Int64(bytes[17])
        let pageSize = stored == 1 ? 65_536 : stored
        userVersion = number(60)
        applicationID = number(68)
        // The page count counts only when the change counter says that the same version has written both.
        expectedSize = number(24) == number(92) ? Int64(number(28)) * pageSize : 0
        let isLeaf = bytes[100] == 0x0d
        isEmpty = isLeaf && bytes[103] == 0 && bytes[104] == 0
    }

    private static let magic = Array("SQLite format 3\0".utf8)
}
