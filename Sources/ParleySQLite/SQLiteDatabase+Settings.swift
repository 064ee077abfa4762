extension SQLiteDatabase {
    /// How a database is opened.
    package struct Settings: Sendable {
        /// The file, made with its directory when it does not exist.
        package var path: String
        /// The schema's whole history.
        package var migrations: [Migration]
        /// Where the process takes commands, for the lock file.
        package var socket: String?
        package var allowsNetworkFileSystem = false
        /// The most writes that may wait, in each lane.
        package var waitingJobs = 2_048
        /// A commit takes no further job after having worked so long.
        package var commitTime = Duration.milliseconds(10)
        /// Bytes held back for the day the disk is full; 0 for none.
        package var reserveSize: Int64 = 64 << 20
        /// Turns are refused when the disk has fewer bytes left.
        package var lowWater: Int64 = 256 << 20
        /// Connections for reading, half of which are kept from long reads.
        package var readers = 4
        /// The longest a short read may take.
        package var readTime = Duration.seconds(2)
        /// The longest a long read may take, which is as long as the log cannot be emptied.
        package var longReadTime = Duration.seconds(10)
        /// A database that was not closed properly is checked at opening when it has fewer bytes.
        package var quickCheckLimit: Int64 = 1 << 30
        /// How long nothing was written when the log is emptied.
        package var idleTime = Duration.seconds(10)

        package init(path: String, migrations: [Migration]) {
            self.path = path
            self.migrations = migrations
        }
    }
}
