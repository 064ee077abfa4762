import Parley
import ParleySQLite

/// Where commands reach the process that holds a database.
struct Door: Sendable {
    let socket: String
    private let owner: LockOwner

    /// - Throws: ``ParleyError/Code/databaseLocked`` when the process takes no commands.
    init(_ owner: LockOwner, _ database: String) throws {
        guard let socket = owner.socket else { throw Self.deaf(owner, database) }
        self.socket = socket
        self.owner = owner
    }

    /// Keeps the process there until the attendance ends.
    func enter() throws -> Attendance { try Attendance.enter(besides: socket) }

    /// Says so when the process answers with other upstreams than this command's settings name.
    func noteForeignUpstreams(_ settings: Settings, on terminal: Terminal) {
        guard !settings.upstreams.isEmpty, !settings.upstreams.allSatisfy(settings.isOwn),
            let theirs = UpstreamNotice(besides: socket), theirs != UpstreamNotice(settings.upstreams)
        else { return }
        let process = HolderProcess(owner)
        terminal.note(
            "parley: note: \(process.name) (process \(process.pid)) holds the database and asks \(theirs.addresses), "
                + "not the upstream that is set here. End it first to use yours."
        )
    }

    private static func deaf(_ owner: LockOwner, _ database: String) -> ParleyError {
        let process = HolderProcess(owner)
        return ParleyError(
            .databaseLocked,
            "\(database) is in use by \(process.name) (process \(process.pid)), which takes no commands. "
                + "Wait until it exits."
        )
    }
}
