import Parley

/// Where the conversations and lines of an import stand in the database, as far as they are written.
struct ImportPlaces: Sendable {
    private(set) var turns = ImportReport.Counts()
    var conversations: [Int: Known] = [:]
    /// The conversations that somebody removed meanwhile.
    var lost: Set<Int> = []

    /// A conversation in hand.
    struct Known: Sendable {
        var conversation: KnownConversation
        var segments: [Int: Segment] = [:]
        var row: Int64 { conversation.row }
        /// Ids that others had, and what was taken instead.
        var substitutes: [Item.ID: Item.ID] = [:]

        func place(of node: ImportNode) -> Place? {
            segments[node.segment].map { Place(branch: $0.branch(at: node.position), position: node.position) }
        }
    }

    /// A line of items; it goes on elsewhere where somebody else was faster.
    struct Segment: Sendable {
        var branch: Int64
        /// The import made the branch, so that nobody else writes there.
        var isOurs: Bool
        var detour: (from: Int64, branch: Int64)?

        func branch(at position: Int64) -> Int64 {
            if let detour, position >= detour.from { detour.branch } else { branch }
        }
    }

    mutating func count(turnIsNew: Bool) {
        if turnIsNew { turns.new += 1 } else { turns.known += 1 }
    }
}
