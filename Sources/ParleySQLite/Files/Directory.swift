import Glibc
import Parley

/// Directories that nobody else can read.
enum Directory {
    /// Makes a directory, and those above it, where they are missing.
    static func make(_ path: String) throws {
        if unsafe mkdir(path, 0o700) == 0 || errno == EEXIST { return }
        let code = errno
        let parent = RealPath.directory(of: path)
        guard code == ENOENT, parent != path else { throw ParleyError.cannotCreate(path, code) }
        try make(parent)
        guard unsafe mkdir(path, 0o700) == 0 || errno == EEXIST else { throw ParleyError.cannotCreate(path, errno) }
    }
}
