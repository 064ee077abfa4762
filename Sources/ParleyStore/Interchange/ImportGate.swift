import Parley
import Synchronization

/// Lets each user have one import at a time: two of the same file would not see what the other adds.
final class ImportGate: Sendable {
    private let owners = Mutex<Set<User.ID>>([])

    /// - Returns: whether nobody was in; must then be followed by ``leave(_:)``.
    func enter(_ owner: User.ID) -> Bool { owners.withLock { $0.insert(owner).inserted } }

    func leave(_ owner: User.ID) { owners.withLock { _ = $0.remove(owner) } }
}
