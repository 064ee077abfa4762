/// What keeps the house: pruning, retention, erasure, restoring.
package protocol KeepingStore: Sendable {
    /// What a prune would remove, of one user or of all.
    ///
    /// Looks at every conversation that is meant, with its items.
    func survey(_ request: RemovalRequest, of owner: User.ID?) async throws -> RemovalSurvey

    /// Removes conversations for good and gives their space back to the disk.
    ///
    /// In slices, so that turns go on meanwhile. Goes on when the caller is cancelled; after a crash ``resumeRemovals()``
    /// takes it up again.
    func remove(_ request: RemovalRequest, of owner: User.ID?, _ tell: WorkListener) async throws -> Removal

    /// Goes on with prunes and erasures that a process left unfinished.
    func resumeRemovals() async throws

    /// The reports of prunes, newest first: of one user's own, or of all.
    func removals(of owner: User.ID?, after: Removal.ID?, limit: Int) throws -> Page<Removal>

    /// Removes what the policy keeps no longer.
    func enforce(_ policy: RetentionPolicy) async throws -> [Removal]

    /// Looks through everything that is stored, and tells what is wrong as it is found.
    ///
    /// Linear in what is stored, in constant memory; turns go on meanwhile. At most a hundred findings of a kind are told.
    func check(_ tell: (DatabaseCheckEvent) async throws -> Void) async throws

    /// Makes a deleted conversation as it was; one that is there stays so.
    ///
    /// - Throws: ``ParleyError/Code/notFound`` when there is none, or its time is over.
    func restoreConversation(_ id: Conversation.ID, of owner: User.ID) async throws -> Conversation

    /// What a conversation comes to, or with `nil` all that a user sees.
    ///
    /// Linear in the turns and items.
    func statistics(of conversation: Conversation.ID?, of owner: User.ID) async throws -> ConversationStatistics

    /// Removes a person and everything of theirs, and destroys the key of their hashes.
    ///
    /// The person cannot begin anything from the first moment on. `stopTurns` ends the turns that still run.
    /// - Throws: ``ParleyError/Code/notFound``.
    func erase(
        _ name: String,
        by actor: AuditEvent.Actor,
        stopTurns: @Sendable (User.ID) async -> Void,
        tell: WorkListener
    ) async throws -> Erasure

    /// The receipts, newest first.
    func erasures(after: Identifier<Erasure>?, limit: Int) throws -> Page<Erasure>
}

extension KeepingStore {
    package func remove(_ request: RemovalRequest, of owner: User.ID?) async throws -> Removal {
        try await remove(request, of: owner) { _ in }
    }

    package func erase(
        _ name: String,
        by actor: AuditEvent.Actor,
        stopTurns: @Sendable (User.ID) async -> Void
    ) async throws -> Erasure {
        try await erase(name, by: actor, stopTurns: stopTurns) { _ in }
    }
}
