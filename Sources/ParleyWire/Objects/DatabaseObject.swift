package import Parley

/// The state of the database as administrators see it.
///
/// Sizes in bytes.
package enum DatabaseObject {
    package static func json(_ status: DatabaseStatus, search: SearchStatus) -> JSON {
        [
            "object": "database", "engine": .string(status.engine), "engine_version": .string(status.engineVersion),
            "location": .string(status.location), "schema_version": JSON(status.schemaVersion),
            "size": JSON(status.size), "log_size": JSON(status.logSize), "free_size": JSON(status.freeSize),
            "queued_jobs": JSON(status.queuedJobs), "commits": JSON(status.commits), "jobs": JSON(status.jobs),
            "writable": .bool(status.refusal == nil), "refusal": JSON(status.refusal?.rawValue),
            "search": SearchObject.json(search),
            "disk_free_bytes": status.diskFree.map { JSON($0) } ?? .null, "reserve_held": .bool(status.hasReserve),
        ]
    }
}
