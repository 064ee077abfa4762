package import Parley

/// One line of the canonical form: JSON lines with sorted names, `\n` at the end of each.
///
/// The first line is a header, the last a manifest. Between them stands each conversation, then its items (parents
/// before children, all branches or the active path), then its turns. Members that say nothing are left out.
package enum CanonicalLine: Sendable {
    case header(CanonicalHeader)
    case conversation(ConversationRecord)
    case item(ItemRecord)
    case turn(TurnRecord)
    case manifest(CanonicalManifest)

    /// Of the form of the lines; a reader refuses a greater one.
    package static let version = 2
}

/// The first line: when and from what the export was made.
package struct CanonicalHeader: Hashable, Sendable {
    package var exportedAt: Timestamp
    /// Which conversations were asked for; empty for all.
    package var filter: JSON.Object
    /// Whether side branches and tombstones are there.
    package var hasAllBranches: Bool
    /// Whether keys, addresses and numbers of persons were taken out.
    package var isRedacted = false

    package init(exportedAt: Timestamp, filter: JSON.Object = .init(), hasAllBranches: Bool = true) {
        self.exportedAt = exportedAt
        self.filter = filter
        self.hasAllBranches = hasAllBranches
    }
}

/// The last line: by which a file that was cut or changed is recognised.
package struct CanonicalManifest: Hashable, Sendable {
    package var counts: CanonicalCounts
    /// SHA-256 over the lines before, each with its line feed; the header without `exported_at`.
    ///
    /// So two exports of the same things have the same digest.
    package var digest: [UInt8]
}

/// How many of each there are.
package struct CanonicalCounts: Hashable, Sendable {
    package var conversations = 0
    package var items = 0
    package var turns = 0

    package init() {}
}
