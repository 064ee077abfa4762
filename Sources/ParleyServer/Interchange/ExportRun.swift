import Hummingbird
import Parley
import ParleyInterchange

/// Writes an export as it is read, page by page.
struct ExportRun: Sendable {
    private let options: ExportOptions
    private let filter: JSON.Object
    private let store: any InterchangeStore
    private let ids: [ExportID]
    private let owner: User.ID

    init(
        _ store: any InterchangeStore,
        _ ids: [ExportID],
        _ options: ExportOptions,
        _ filter: JSON.Object,
        of owner: User.ID
    ) {
        self.store = store
        self.ids = ids
        self.options = options
        self.filter = filter
        self.owner = owner
    }

    func write(to body: inout any ResponseBodyWriter) async throws -> ExportSummary {
        var summary = ExportSummary()
        var writer = options.format.writer(redacts: options.redacts)
        var output = ExportOutput()
        let header = CanonicalHeader(exportedAt: .now, filter: filter, hasAllBranches: options.scope == .all)
        try await output.write(writer.begin(header), to: &body)
        if options.format.wantsContents, ids.count > 1 {
            try await visit { try await output.write(writer.announce($0), to: &body) }
        }
        try await visit { conversation in
            try await output.write(writer.begin(conversation), to: &body)
            summary.items += try await write(conversation, &writer, &output, to: &body)
            summary.conversations += 1
            try await output.write(writer.endConversation(), to: &body)
        }
        try await output.write(writer.end(), to: &body)
        try await output.flush(to: &body)
        summary.leftOut = writer.leftOut
        return summary
    }

    /// The conversations that are still there.
    private func visit(_ take: (ExportedConversation) async throws -> Void) async throws {
        for id in ids {
            if let conversation = try await store.exported(id, options.scope, of: owner) {
                try await take(conversation)
            }
        }
    }

    /// - Returns: how many items there were.
    private func write(
        _ conversation: ExportedConversation,
        _ writer: inout any ExportWriter,
        _ output: inout ExportOutput,
        to body: inout any ResponseBodyWriter
    ) async throws -> Int {
        var count = 0
        let items = { try await store.items(of: conversation, after: $0) }
        if options.format.wantsSurvey {
            try await pages(items) { writer.survey($0) }
        }
        try await output.write(writer.beginItems(), to: &body)
        try await pages(items) {
            try await output.write(writer.add($0), to: &body)
            if $0.isAlive { count += 1 }
        }
        guard options.format.wantsTurns else { return count }
        try await pages {
            try await store.turns(of: conversation, after: $0)
        } take: {
            try await output.write(writer.add($0), to: &body)
        }
        return count
    }

    private func pages<Element>(
        _ page: (ExportCursor?) async throws -> ExportPage<Element>,
        take: (Element) async throws -> Void
    ) async throws {
        var cursor: ExportCursor?
        repeat {
            let page = try await page(cursor)
            for element in page.elements { try await take(element) }
            cursor = page.next
        } while cursor != nil
    }
}

/// Gathers small pieces, for each write costs a trip to the network.
struct ExportOutput {
    private var bytes: [UInt8] = []

    private static let size = 64 << 10

    mutating func write(_ piece: [UInt8], to body: inout any ResponseBodyWriter) async throws {
        bytes += piece
        if bytes.count >= Self.size { try await flush(to: &body) }
    }

    mutating func flush(to body: inout any ResponseBodyWriter) async throws {
        guard !bytes.isEmpty else { return }
        try await body.write(ByteBuffer(bytes: bytes))
        bytes.removeAll(keepingCapacity: true)
    }
}
