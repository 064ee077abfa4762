import Glibc

/// Paths without symbolic links.
package enum RealPath {
    /// The absolute path of a file that need not exist, in a directory that does; `path` itself when it does not.
    ///
    /// SQLite puts its log beside the file that a link points to; the lock must lie there too, so that two names of
    /// one database share it.
    package static func of(_ path: String) -> String {
        if let real = resolve(path) { return real }
        let path = absolute(path)
        let parts = path.split(separator: "/", omittingEmptySubsequences: true)
        guard let name = parts.last else { return path }
        let directory = path.dropLast(name.count + (path.hasSuffix("/") ? 1 : 0))
        guard let real = resolve(directory.isEmpty ? "." : String(directory)) else { return path }
        return real == "/" ? "/\(name)" : "\(real)/\(name)"
    }

    /// `path` seen from the root; the directories on the way need not exist.
    static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let here = resolve(".") else { return path }
        return "\(here)/\(path)"
    }

    /// The directory of an absolute path.
    static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return "/" }
        return String(path[..<slash])
    }

    private static func resolve(_ path: String) -> String? {
        guard let real = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(real) }
        return unsafe String(cString: real)
    }
}
