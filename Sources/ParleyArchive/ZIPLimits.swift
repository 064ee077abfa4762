/// What an archive may unpack to.
package struct ZIPLimits: Sendable {
    package var entries: Int64 = 100_000
    /// The bytes of one entry, unpacked.
    package var size: UInt64 = 16 << 30
    /// How many times as large an entry may become; text seldom reaches twenty.
    package var ratio: UInt64 = 250
    /// Below this many bytes the ratio does not matter.
    package var harmless: UInt64 = 16 << 20

    package init() {}
}
