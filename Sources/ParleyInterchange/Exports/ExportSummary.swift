/// What an export has, known once it is written.
package struct ExportSummary: Hashable, Sendable {
    /// The conversations that were there to be said.
    package var conversations = 0
    /// Their items, tombstones aside.
    package var items = 0
    /// What of these the format could not say.
    package var leftOut = ExportLeftOut()

    package init() {}
}
