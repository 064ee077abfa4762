/// Where everything is kept, as an administrator asks about it.
package protocol Storage: Sendable {
    /// The state of the files. Reads a few pages.
    func status() async throws -> DatabaseStatus

    /// Copies everything while it is in use.
    ///
    /// Needs as much room on the disk as the database takes.
    func copy() async throws -> any DatabaseCopy

    /// Gives unused space back to the disk; with `full` the whole file is written anew, which turns wait for.
    ///
    /// - Throws: ``ParleyError/Code/storageFull`` when there is not enough room for a full one.
    func vacuum(full: Bool, _ tell: WorkListener) async throws
}

/// The state of a database's files.
package struct DatabaseStatus: Sendable {
    package var engine: String
    package var engineVersion: String
    package var location: String
    package var schemaVersion: Int
    /// Sizes in bytes.
    package var size: Int64
    package var logSize: Int64
    package var freeSize: Int64
    /// Jobs that wait to be written.
    package var queuedJobs: Int
    /// Commits and jobs since the process started: their ratio is what group commit saves.
    package var commits: Int64
    package var jobs: Int64
    /// Whether writes are accepted, and if not why.
    package var refusal: ParleyError.Code?
    /// Bytes that may still be used on the disk; `nil` when it cannot be asked.
    package var diskFree: Int64?
    /// Whether space is held back for the day the disk is full.
    package var hasReserve: Bool

    package init(
        engine: String,
        engineVersion: String,
        location: String,
        schemaVersion: Int,
        size: Int64,
        logSize: Int64,
        freeSize: Int64,
        queuedJobs: Int,
        commits: Int64,
        jobs: Int64,
        refusal: ParleyError.Code?,
        diskFree: Int64? = nil,
        hasReserve: Bool = false
    ) {
        self.engine = engine
        self.engineVersion = engineVersion
        self.location = location
        self.schemaVersion = schemaVersion
        self.size = size
        self.logSize = logSize
        self.freeSize = freeSize
        self.queuedJobs = queuedJobs
        self.commits = commits
        self.jobs = jobs
        self.refusal = refusal
        self.diskFree = diskFree
        self.hasReserve = hasReserve
    }
}
