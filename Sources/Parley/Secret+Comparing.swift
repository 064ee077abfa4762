extension Secret {
    /// Whether `text` is the secret; the time this takes tells nothing about where they differ.
    package func matches(_ text: String) -> Bool {
        let (own, other) = (Array(revealed.utf8), Array(text.utf8))
        var difference = own.count ^ other.count
        for (index, byte) in other.enumerated() {
            let expected = own.isEmpty ? 0 : own[index % own.count]
            difference |= Int(byte ^ expected)
        }
        return difference == 0
    }
}
