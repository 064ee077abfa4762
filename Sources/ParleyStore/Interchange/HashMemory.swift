import Parley

/// The hashes of paths that an import may go on from, as many as fit.
struct HashMemory {
    private var hashes: [ImportNode: PathHashes] = [:]
    private var bytes = 0

    private static let count = 4096
    private static let size = 8 << 20

    subscript(node: ImportNode) -> PathHashes? { hashes[node] }

    /// Keeps the hashes of a path down to `node`, and forgets all others when there are too many.
    mutating func keep(_ path: PathHashes, at node: ImportNode) {
        if hashes.count >= Self.count || bytes >= Self.size {
            hashes = [:]
            bytes = 0
        }
        hashes[node] = path
        bytes += path.meaning?.count ?? 0
    }
}
