import Glibc

/// How much room is left on the disk of a directory.
struct DiskSpace: Sendable {
    var directory: String
    /// Below so many free bytes turns are refused, so that what is needed to make room can still be written.
    var lowWater: Int64

    /// Bytes that we may use, or `nil` when the disk cannot be asked.
    var free: Int64? {
        var facts = statvfs()
        guard unsafe statvfs(directory, &facts) == 0 else { return nil }
        return Int64(
            clamping: UInt64(facts.f_bavail).multipliedReportingOverflow(by: UInt64(facts.f_frsize)).partialValue
        )
    }

    var isLow: Bool { (free ?? .max) < lowWater }
}
