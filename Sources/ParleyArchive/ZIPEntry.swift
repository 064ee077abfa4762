/// What an archive says of one of its files; all of it may be a lie.
package struct ZIPEntry: Sendable {
    let index: UInt64
    /// As the archive has it, with its folders.
    package let name: String
    /// In bytes, unpacked.
    package let size: UInt64
    let packedSize: UInt64
    let isEncrypted: Bool

    /// Without the folders.
    package var lastName: String { name.split(separator: "/").last.map(String.init) ?? "" }

    package var isFolder: Bool { name.hasSuffix("/") }
}
