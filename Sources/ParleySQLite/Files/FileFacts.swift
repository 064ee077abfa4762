import Glibc

/// What the file system knows about a path, without opening it.
///
/// Closing any descriptor of a database file drops SQLite's locks on it, so an open database is looked at only so.
struct FileFacts: Equatable {
    var device: UInt64
    var inode: UInt64
    /// In bytes.
    var size: Int64
    var isRegular: Bool

    /// `nil` when there is nothing, or nothing that may be seen.
    init?(of path: String) {
        var facts = stat()
        guard unsafe stat(path, &facts) == 0 else { return nil }
        self.init(facts)
    }

    init?(ofDescriptor descriptor: Int32) {
        var facts = stat()
        guard unsafe fstat(descriptor, &facts) == 0 else { return nil }
        self.init(facts)
    }

    private init(_ facts: stat) {
        device = UInt64(facts.st_dev)
        inode = UInt64(facts.st_ino)
        size = Int64(facts.st_size)
        isRegular = facts.st_mode & S_IFMT == S_IFREG
    }

    func isSameFile(as other: Self) -> Bool { device == other.device && inode == other.inode }
}
