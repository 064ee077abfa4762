import Foundation
import Parley

/// A file that is there whole or not at all, readable by its owner alone.
///
/// What is written goes to a file beside it, which takes its name at the end.
final class OutputFile {
    let path: String
    private let partPath: String
    private let existing: Existing
    private var descriptor: Int32
    private(set) var count = 0

    /// What becomes of a file that is there already.
    enum Existing {
        case stays
        /// It stays, and whoever is refused is told of `--force`.
        case staysUnlessForced
        case isReplaced
    }

    /// - Throws: ``ParleyError/Code/conflict`` when there is such a file and it may not be replaced.
    init(_ path: String, _ existing: Existing) throws {
        self.path = path
        self.existing = existing
        partPath = "\(path).part-\(String(UInt32.random(in: 0...(.max)), radix: 16))"
        var facts = stat()
        let isThere = unsafe lstat(path, &facts) == 0
        guard !isThere || existing == .isReplaced else { throw Self.exists(path, existing) }
        guard !isThere || facts.st_mode & S_IFMT == S_IFREG else {
            throw ParleyError(.conflict, "\(path) is not a regular file, so it was not replaced. Choose another name.")
        }
        descriptor = unsafe open(partPath, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure(path) }
    }

    deinit {
        guard descriptor >= 0 else { return }
        close(descriptor)
        _ = unsafe unlink(partPath)
    }

    func write(_ bytes: [UInt8]) throws {
        var start = 0
        while start < bytes.count {
            let written = unsafe bytes[start...].withUnsafeBytes {
                unsafe Foundation.write(descriptor, $0.baseAddress, $0.count)
            }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw Self.failure(path) }
            start += written
        }
        count += bytes.count
    }

    /// Gives it its name, once everything is on the disk.
    func finish() throws {
        let takesName = existing == .isReplaced ? takeName : takeFreeName
        guard fsync(descriptor) == 0, takesName() else {
            throw errno == EEXIST ? Self.exists(path, existing) : Self.failure(path)
        }
        close(descriptor)
        descriptor = -1
    }

    private func takeName() -> Bool { unsafe rename(partPath, path) == 0 }

    /// Takes the name unless somebody else has; some file systems can only rename, which asks nobody.
    private func takeFreeName() -> Bool {
        if unsafe link(partPath, path) == 0 {
            _ = unsafe unlink(partPath)
            return true
        }
        guard errno == EPERM || errno == EOPNOTSUPP else { return false }
        return takeName()
    }

    private static func exists(_ path: String, _ existing: Existing) -> ParleyError {
        let advice = existing == .staysUnlessForced ? ", or add --force to replace it" : ""
        return ParleyError(.conflict, "\(path) exists already. Choose another name\(advice).")
    }

    /// The error of the last call, which was to write a file.
    static func failure(_ path: String) -> ParleyError {
        let reason = unsafe String(cString: strerror(errno))
        return ParleyError(code(of: errno), "\(path) cannot be written: \(reason).")
    }

    /// Whether it is the name that is wrong, or the disk.
    private static func code(of number: Int32) -> ParleyError.Code {
        switch number {
        case ENOSPC, EDQUOT: .storageFull
        case ENOENT, ENOTDIR, EISDIR, ENAMETOOLONG, EACCES, EPERM, EROFS, ELOOP: .invalidValue
        default: .storageGone
        }
    }
}
