import Foundation

/// How many files and connections a process may have open, and how a server shares them out.
///
/// Without a share for itself it could not open the files of its database, nor accept a connection to refuse it.
struct OpenFiles: Sendable {
    let limit: Int

    /// The limit of this process, raised as far as the system lets it.
    static func raised() -> Self {
        var limits = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limits) == 0 else {
            return Self(limit: usual)
        }
        var wanted = limits
        wanted.rlim_cur = limits.rlim_max
        let isRaised = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &wanted) == 0
        return Self(limit: Int(clamping: isRaised ? wanted.rlim_cur : limits.rlim_cur))
    }

    /// What systems give when nobody has said otherwise.
    private static let usual = 1024

    /// The most connections of clients.
    var connections: Int { max(16, limit - limit / 8 - 64) }

    /// The most turns at the same time: each has a connection of its client and one of its upstream.
    var turns: Int { max(16, min(9_000, limit / 2 - 200)) }
}
