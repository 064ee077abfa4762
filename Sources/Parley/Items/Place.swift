/// Where an item is: its branch, and how deep in the tree it lies.
///
/// Positions count from 1 along a path, also through forks, so a path's last position is its length. A place is one
/// 64-bit number, branch before position, and so the key of the item's row: a page of a path is a range of keys.
package struct Place: Hashable, Sendable {
    package var branch: Int64
    package var position: Int64

    /// How many positions a branch can have: 2²⁴.
    package static let positionsPerBranch: Int64 = 1 << 24

    /// The last of them.
    package static let lastPosition = positionsPerBranch - 1

    package init(branch: Int64, position: Int64) {
        self.branch = branch
        self.position = position
    }

    /// Takes a place apart that was stored as one number.
    package init(key: Int64) {
        branch = key >> 24
        position = key & Self.lastPosition
    }

    /// The place as one number.
    package var key: Int64 { branch << 24 | position }

    /// The place below this one on the same branch; `nil` when the branch is full.
    package var next: Place? {
        position < Self.lastPosition ? Place(branch: branch, position: position + 1) : nil
    }
}
