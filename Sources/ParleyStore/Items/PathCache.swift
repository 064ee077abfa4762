import Parley
import Synchronization

/// Paths of many branches that were read before, so that a page costs no lookup for each of them.
///
/// A branch never moves, so what leads to it stays true as long as its conversation is there. Only for what was read of
/// a commit: a number that a write job gave up can come again.
final class PathCache: Sendable {
    /// Paths of fewer branches are read as quickly as they are found here.
    private static let fewest = 8
    /// So many are kept; then all are forgotten.
    private static let capacity = 16

    private struct Key: Hashable {
        var conversation: Conversation.ID
        var branch: Int64
    }

    private let paths = Mutex<[Key: [PathSegment]]>([:])

    /// The path down to `place`, from here or from `read`.
    func path(
        to place: Place,
        in conversation: Conversation.ID,
        _ read: () throws -> [PathSegment]
    ) rethrows -> [PathSegment] {
        let key = Key(conversation: conversation, branch: place.branch)
        if var known = paths.withLock({ $0[key] }) {
            known[known.count - 1].last = place.position
            return known
        }
        let path = try read()
        guard path.count >= Self.fewest, path.tip == place else { return path }
        paths.withLock { paths in
            if paths.count >= Self.capacity { paths = [:] }
            paths[key] = path
        }
        return path
    }
}
