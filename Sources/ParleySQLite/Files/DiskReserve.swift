import Glibc

/// A file that occupies space, to be given up when the disk is full.
///
/// On a full disk neither `DELETE` nor emptying the log works, so pruning could not rescue itself.
struct DiskReserve: Sendable {
    private let path: String
    /// In bytes; 0 keeps none.
    private let size: Int64

    init(database: String, size: Int64) {
        path = database + ".reserve"
        self.size = size
    }

    var isHeld: Bool { size > 0 && FileFacts(of: path)?.size == size }

    /// Gives the space back to the disk.
    /// - Returns: whether there was any.
    @discardableResult
    func release() -> Bool { unsafe unlink(path) == 0 }

    /// Takes the space, if the disk stays above its low water without it.
    func rebuild(_ disk: DiskSpace) {
        guard size > 0, !isHeld, let free = disk.free, free - size > disk.lowWater else { return }
        let descriptor = unsafe open(path, O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        // Blocks are really taken: a hole would be no reserve.
        if posix_fallocate(descriptor, 0, off_t(size)) != 0 { release() }
    }
}
