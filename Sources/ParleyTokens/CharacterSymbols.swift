/// What the merging of a piece starts from: whole characters where they surely merge first, else single bytes.
struct CharacterSymbols {
    private let text: Text
    private let table: MergeTable
    private let end: Int
    private var at: Int
    /// Whether the character before `at` has a lead byte from 0xE2, or there is none.
    private var isAfterWide = true

    init(_ text: Text, _ table: MergeTable, from start: Int, to end: Int) {
        self.text = text
        self.table = table
        self.end = end
        at = start
    }

    /// The next token, or nil at the end of the piece.
    @inline(__always)
    mutating func next() -> UInt32? {
        guard at < end else { return nil }
        let lead = text[at]
        if isAfterWide, lead >= 0xE2, lead < 0xF0, let id = character(lead) {
            at &+= 3
            return id
        }
        if !(0x80..<0xC0).contains(lead) { isAfterWide = lead >= 0xE2 }
        at &+= 1
        return table.byte(lead)
    }

    /// The token of the three-byte character at `at`, when the byte after it permits that.
    @inline(__always)
    private func character(_ lead: UInt8) -> UInt32? {
        guard at &+ 3 <= end, at &+ 3 == end || text[at &+ 3] >= 0xE2 else { return nil }
        let second = UInt32(text[at &+ 1]) ^ 0x80
        let third = UInt32(text[at &+ 2]) ^ 0x80
        guard second | third < 0x40 else { return nil }
        let id = table.character(UInt32(lead & 0x0F) << 12 | second << 6 | third)
        return id == MergeTable.none ? nil : id
    }
}
