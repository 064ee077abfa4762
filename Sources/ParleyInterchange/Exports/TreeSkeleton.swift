/// Which items stand behind which, without what they say.
struct TreeSkeleton {
    private(set) var keys: [String] = []
    private var indices: [String: Int] = [:]
    /// The nearest item above that is kept.
    private var parents: [Int?] = []
    private var kept: [Bool] = []
    private var children: [[Int]] = []
    private(set) var roots: [Int] = []

    /// Adds an item behind its parent; one that is not kept hands its children to the one above.
    mutating func add(_ key: String, parent: String?, isKept: Bool) {
        let index = keys.count
        let above = parent.flatMap { indices[$0] }
        let keptAbove = above.flatMap { kept[$0] ? $0 : parents[$0] }
        keys.append(key)
        indices[key] = index
        parents.append(keptAbove)
        kept.append(isKept)
        children.append([])
        guard isKept else { return }
        if let keptAbove { children[keptAbove].append(index) } else { roots.append(index) }
    }

    func isKept(_ key: String) -> Bool { indices[key].map { kept[$0] } ?? false }

    /// The key of the nearest item above that is kept.
    func parent(of key: String) -> String? { indices[key].flatMap { parents[$0] }.map { keys[$0] } }

    func children(of key: String) -> [String] { indices[key].map { children[$0].map { keys[$0] } } ?? [] }

    /// The item itself when it is kept, else the one above.
    func nearest(_ key: String?) -> String? {
        guard let key else { return nil }
        return isKept(key) ? key : parent(of: key)
    }
}
