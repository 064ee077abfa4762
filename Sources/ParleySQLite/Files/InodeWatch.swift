/// Tells whether a database's files are still the ones that were opened.
///
/// SQLite goes on writing into files that were deleted or replaced, without an error: in a test 5,000 of 5,000 such
/// inserts were acknowledged and lost.
struct InodeWatch: Sendable {
    private let files: [(path: String, facts: FileFacts)]

    /// Remembers the files of an open database, its log among them.
    init(database: String) throws {
        files = try ["", "-wal", "-shm"].map { suffix in
            let path = database + suffix
            guard let facts = FileFacts(of: path) else { throw SQLiteFailure.vanished(path) }
            return (path, facts)
        }
    }

    /// - Complexity: one system call for each of three files, about a microsecond each.
    func isIntact() -> Bool {
        files.enumerated().allSatisfy { index, file in
            guard let now = FileFacts(of: file.path), now.isSameFile(as: file.facts) else { return false }
            // The log may be empty; a database never is.
            return index > 0 || now.size > 0
        }
    }
}

extension SQLiteFailure {
    /// A file is not where it was a moment ago.
    fileprivate static func vanished(_ path: String) -> Self { Self(code: FailureKind.movedCode, message: path) }
}
