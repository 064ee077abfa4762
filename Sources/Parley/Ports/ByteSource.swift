/// Bytes that come one piece after the other: a file, an entry of an archive, standard input.
package protocol ByteSource: AnyObject {
    /// The next piece, which is never empty; `nil` at the end.
    func next() throws -> [UInt8]?
}
