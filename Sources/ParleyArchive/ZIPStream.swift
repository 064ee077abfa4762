import CZip
import Parley

/// An entry while it is unpacked; what was unpacked is counted, whatever the archive says.
@safe
final class ZIPStream: ByteSource {
    private let file: OpaquePointer
    /// Keeps the archive open.
    private let archive: ZIPArchive
    private let entry: ZIPEntry
    private let name: String
    private let limits: ZIPLimits
    private var count: UInt64 = 0

    private static let pieceSize = 256 << 10

    init(_ file: OpaquePointer, of archive: ZIPArchive, entry: ZIPEntry, archive name: String, limits: ZIPLimits) {
        unsafe self.file = file
        self.archive = archive
        self.entry = entry
        self.name = name
        self.limits = limits
    }

    deinit { _ = unsafe zip_fclose(file) }

    func next() throws -> [UInt8]? {
        var piece = [UInt8](repeating: 0, count: Self.pieceSize)
        let read = unsafe zip_fread(file, &piece, UInt64(piece.count))
        guard read >= 0, read <= piece.count else {
            throw ParleyError(.invalidValue, "\(name): \(entry.name) is damaged. Download the archive again.")
        }
        piece.removeSubrange(Int(read)...)
        count += UInt64(piece.count)
        let isBomb = count > limits.harmless && count / limits.ratio > entry.packedSize
        guard count <= limits.size, !isBomb else {
            throw ParleyError(
                .invalidValue,
                "\(name): \(entry.name) unpacks to far more than an export does, and is not read any further."
            )
        }
        return piece.isEmpty ? nil : piece
    }
}
