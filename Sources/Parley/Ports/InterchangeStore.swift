/// Where conversations come in from files, and go out to them.
package protocol InterchangeStore: Sendable {
    /// Takes records in for an owner, whoever they belonged to before.
    ///
    /// - Throws: ``ParleyError/Code/conflict`` while another import of the owner runs.
    func beginImport(_ options: ImportOptions, of owner: User.ID) throws -> any RecordImport

    /// The conversations that an export of many takes: those that lists show too, in the order in which they came.
    func exportable(_ filter: ConversationFilter, of owner: User.ID) async throws -> [ExportID]

    /// One conversation for an export.
    func exportable(_ conversation: Conversation.ID, of owner: User.ID) throws -> ExportID

    /// A conversation as it stands now, without its items; `nil` when it was deleted meanwhile.
    ///
    /// Items that come later may be missing from its pages, but never the parent of one that is there.
    func exported(_ id: ExportID, _ scope: ExportScope, of owner: User.ID) async throws -> ExportedConversation?

    /// The next items, parents before children, some 256 KiB of them.
    ///
    /// Each page is a short read of its own, so that no export holds back the log of the database.
    func items(
        of conversation: ExportedConversation,
        after cursor: ExportCursor?
    ) async throws -> ExportPage<ExportedItem>

    /// The next turns that have ended, in the order in which they began.
    func turns(
        of conversation: ExportedConversation,
        after cursor: ExportCursor?
    ) async throws -> ExportPage<TurnRecord>
}

/// How an import is done.
package struct ImportOptions: Sendable {
    /// Writes nothing, and says what would be written.
    package var isDryRun: Bool
    /// Who is named in the audit log.
    package var actor: AuditEvent.Actor

    package init(isDryRun: Bool = false, actor: AuditEvent.Actor) {
        self.isDryRun = isDryRun
        self.actor = actor
    }
}

/// An import on its way: takes records in the order of the canonical form.
///
/// What is known already is recognised and left as it is: a conversation by its source, or by its id when that is the
/// owner's; an item by what it says, where it stands, and the how-manieth of equal siblings it is. So importing a file
/// again changes nothing, and one that has grown adds what is new. A conversation is seen once it is complete; one that
/// a crash left behind is completed by importing it again. What is wrong with a record ends its conversation and no
/// other.
///
/// For one task. Must be ended by ``finish(_:)`` or ``abandon()``.
package protocol RecordImport: AnyObject {
    /// What was found so far. Turns are counted as they are written.
    var report: ImportReport { get }

    /// The next conversation; `line` says where in the file.
    func add(_ record: ConversationRecord, line: Int) async throws

    /// An item of the conversation before.
    func add(_ record: ItemRecord, line: Int) async throws

    /// A turn of the conversation before.
    func add(_ record: TurnRecord, line: Int) async throws

    /// A line that could not be read: ends the conversation before.
    func fail(line: Int, _ reason: String)

    /// Writes what is still to be written, and returns once all is durable.
    func finish(_ warning: String?) async throws -> ImportReport

    /// Leaves it where it is, after what was handed to the writer.
    func abandon() async
}
