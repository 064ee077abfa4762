import Hummingbird
import Parley
import ParleyInterchange

/// Writes an export as it is read, page by page.
struct ExportRun: Sendable {
    let options: ExportOptions
    private let store: any InterchangeStore
    private let ids: [ExportID]
    private let owner: User.ID

    init(_ store: any InterchangeStore, _ ids: [ExportID], _ options: ExportOptions, of owner: User.ID) {
        self.store = store
        self.ids = ids
        self.options = options
        self.owner = owner
    }

    func write(to body: inout any ResponseBodyWriter) async throws {
        var writer = options.format.writer()
        var output = ExportOutput()
        let header = CanonicalHeader(exportedAt: .now, hasAllBranches: options.scope == .all)
        try await output.write(writer.begin(header), to: &body)
        for id in ids {
            guard let conversation = try await store.exported(id, options.scope, of: owner) else { continue }
            try await output.write(writer.begin(conversation), to: &body)
            try await write(conversation, &writer, &output, to: &body)
            try await output.write(writer.endConversation(), to: &body)
        }
        try await output.write(writer.end(), to: &body)
        try await output.flush(to: &body)
    }

    private func write(
        _ conversation: ExportedConversation,
        _ writer: inout any ExportWriter,
        _ output: inout ExportOutput,
        to body: inout any ResponseBodyWriter
    ) async throws {
        if options.format.wantsSurvey {
            try await pages({ try await store.items(of: conversation, after: $0) }) { writer.survey($0) }
        }
        var cursor: ExportCursor?
        repeat {
            let page = try await store.items(of: conversation, after: cursor)
            for item in page.elements { try await output.write(writer.add(item), to: &body) }
            cursor = page.next
        } while cursor != nil
        guard options.format.wantsTurns else { return }
        repeat {
            let page = try await store.turns(of: conversation, after: cursor)
            for turn in page.elements { try await output.write(writer.add(turn), to: &body) }
            cursor = page.next
        } while cursor != nil
    }

    private func pages<Element>(
        _ page: (ExportCursor?) async throws -> ExportPage<Element>,
        _ take: (Element) -> Void
    ) async throws {
        var cursor: ExportCursor?
        repeat {
            let page = try await page(cursor)
            page.elements.forEach(take)
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
