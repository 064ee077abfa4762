/// A consistent copy of everything, for whoever asked for a backup.
///
/// It has no name: what is left of it goes with the last reference, also when the process is killed.
package protocol DatabaseCopy: Sendable {
    /// In bytes.
    var size: Int64 { get }

    /// At most `count` bytes from `offset` on; none at the end.
    func bytes(from offset: Int64, count: Int) throws -> [UInt8]
}
