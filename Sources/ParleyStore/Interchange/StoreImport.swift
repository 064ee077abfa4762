import Parley

/// Takes records in: reads what is there, hashes, and hands slices to the writer.
///
/// While one slice is written the next one is made ready.
final class StoreImport: RecordImport {
    let owner: User.ID
    let options: ImportOptions
    let database: any Database
    let hasher: ItemHasher
    /// Nothing is younger.
    let begun = Timestamp.now
    private let onEnd: () -> Void
    private(set) var places = ImportPlaces()
    private var pace = ImportPace()
    var slice = ImportSlice(of: ImportPace.first)
    var conversation: ConversationInHand?
    var total = ImportReport()
    private var writing: (slice: SliceWriter, task: Task<(places: ImportPlaces, time: Duration), any Error>)?
    /// Why nothing more can be written.
    private var failure: (any Error)?
    /// The conversations whose ends are not durable yet.
    private var ended: [Int: Ended] = [:]
    private var conversationCount = 0
    private var segmentCount = 0
    /// The conversations of the file so far.
    var seen: Set<ImportKey> = []

    init(
        of owner: User.ID,
        _ options: ImportOptions,
        _ database: any Database,
        _ hasher: ItemHasher,
        onEnd: @escaping () -> Void
    ) {
        self.owner = owner
        self.options = options
        self.database = database
        self.hasher = hasher
        self.onEnd = onEnd
        total.isDryRun = options.isDryRun
    }

    var report: ImportReport {
        var report = total
        report.turns += places.turns
        if let conversation, conversation.ending == nil { report.items += conversation.items }
        return report
    }

    func nextConversation() -> Int {
        conversationCount += 1
        return conversationCount
    }

    func nextSegment() -> Int {
        segmentCount += 1
        return segmentCount
    }
}

extension StoreImport {
    /// Adds a step, unless nothing is to be written.
    func write(_ step: ImportWrite, of conversation: ConversationInHand) {
        if !options.isDryRun { slice.add(step, of: conversation.number) }
    }

    /// Hands the slice to the writer when it is full.
    func flushIfFull() async throws {
        if slice.isFull { try await flush() }
    }

    /// Hands the slice to the writer, once the one before is durable.
    func flush() async throws {
        try await settle()
        guard !slice.steps.isEmpty else { return }
        let writer = SliceWriter(owner: owner, hasher: hasher, entries: slice.steps, places: places)
        slice = ImportSlice(of: pace.steps)
        let database = database
        writing = (writer, Task { try await database.write(.bulk) { try writer.write($0) } })
    }

    /// Waits until everything that was handed over is durable.
    func settle() async throws {
        if let failure { throw failure }
        guard let writing else { return }
        self.writing = nil
        do {
            let written = try await writing.task.value
            let lost = written.places.lost.subtracting(places.lost)
            places = written.places
            for number in lost { noteLost(number) }
            pace.note(writing.slice.entries.count, in: written.time)
        } catch {
            let error = Self.explained(error)
            failure = error
            throw error
        }
        for number in writing.slice.ended { ended[number] = nil }
    }

    /// What has been written stays, and is recognised when the import is made again.
    private static func explained(_ error: any Error) -> any Error {
        guard let full = error as? ParleyError, full.code == .storageFull else { return error }
        return ParleyError(
            .storageFull,
            "The disk is nearly full, so the import has stopped. What it took in is kept: free some space, or prune old "
                + "conversations, and import the same again to go on.",
            cause: full
        )
    }

    /// What was counted of a conversation before its end was durable.
    private struct Ended {
        let name: String?
        let line: Int
        let items: ImportReport.Counts
        let count: WritableKeyPath<ImportReport.Conversations, Int>
    }

    func note(
        _ conversation: ConversationInHand,
        countedAs count: WritableKeyPath<ImportReport.Conversations, Int>
    ) {
        ended[conversation.number] = Ended(
            name: conversation.name,
            line: conversation.line,
            items: conversation.items,
            count: count
        )
    }

    static let lost = "It was removed here while it was imported. Import it again."

    /// Somebody removed a conversation: it has failed, whatever it was counted as.
    private func noteLost(_ number: Int) {
        if let conversation, conversation.number == number { return fail(line: conversation.line, Self.lost) }
        guard let ended = ended.removeValue(forKey: number) else { return }
        total.conversations[keyPath: ended.count] -= 1
        total.conversations.failed += 1
        total.items.new -= ended.items.new
        total.items.known -= ended.items.known
        total.add(.init(conversation: ended.name, line: ended.line, reason: Self.lost))
    }

    func finish(_ warning: String?) async throws -> ImportReport {
        defer { onEnd() }
        try await endConversation()
        try await flush()
        try await settle()
        if let warning { total.warnings.append(warning) }
        let report = report
        guard !options.isDryRun else { return report }
        let event = AuditEvent(.imported, by: options.actor, details: report.auditDetails)
        try await database.write(.maintenance) { try Store.audit(event, $0) }
        return report
    }

    func abandon() async {
        try? await settle()
        onEnd()
    }
}

extension ImportReport {
    /// The counts, for the audit log.
    fileprivate var auditDetails: JSON.Object {
        JSON.Object([
            .init(name: "conversations", value: JSON(conversations.new)),
            .init(name: "conversations_failed", value: JSON(conversations.failed)),
            .init(name: "conversations_updated", value: JSON(conversations.updated)),
            .init(name: "items", value: JSON(items.new)),
            .init(name: "turns", value: JSON(turns.new)),
        ])
    }
}
