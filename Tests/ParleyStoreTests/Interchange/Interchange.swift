import Parley
import ParleyInterchange
import ParleySQLite
import ParleyStore

extension TemporaryStore {
    /// Everything of a user in the canonical form, as if exported at the beginning of time.
    func exported(_ scope: ExportScope = .all, owner: User? = nil) async throws -> [UInt8] {
        let owner = (owner ?? user).id
        var writer = ExportFormat.parley.writer()
        var bytes = writer.begin(
            CanonicalHeader(exportedAt: Timestamp(milliseconds: 0), hasAllBranches: scope == .all)
        )
        for id in try await store.exportable(.init(), of: owner) {
            guard let conversation = try await store.exported(id, scope, of: owner) else { continue }
            bytes += writer.begin(conversation)
            var cursor: ExportCursor?
            repeat {
                let page = try await store.items(of: conversation, after: cursor)
                for item in page.elements { bytes += writer.add(item) }
                cursor = page.next
            } while cursor != nil
            repeat {
                let page = try await store.turns(of: conversation, after: cursor)
                for turn in page.elements { bytes += writer.add(turn) }
                cursor = page.next
            } while cursor != nil
            bytes += writer.endConversation()
        }
        return bytes + writer.end()
    }

    /// Takes lines of the canonical form.
    @discardableResult
    func take(_ bytes: [UInt8], dryRun: Bool = false, owner: User? = nil) async throws -> ImportReport {
        let owner = owner ?? user
        let options = ImportOptions(isDryRun: dryRun, actor: .init(user: owner.name))
        let importing = try store.beginImport(options, of: owner.id)
        do {
            var splitter = LineSplitter()
            var reader = CanonicalReader()
            let lines = splitter.append(bytes) + [splitter.finish()].compactMap(\.self)
            for (number, line) in lines.enumerated() {
                guard case .line(let line) = line else { continue }
                try await take(line, number + 1, &reader, importing)
            }
            return try await importing.finish(reader.verdict() == .complete ? nil : "not complete")
        } catch {
            await importing.abandon()
            throw error
        }
    }

    private func take(
        _ line: [UInt8],
        _ number: Int,
        _ reader: inout CanonicalReader,
        _ importing: any RecordImport
    ) async throws {
        do {
            switch try reader.read(line) {
            case .conversation(let record): try await importing.add(record, line: number)
            case .item(let record): try await importing.add(record, line: number)
            case .turn(let record): try await importing.add(record, line: number)
            case .header, .manifest, nil: break
            }
        } catch let error as ParleyError where error.code != .internalError {
            importing.fail(line: number, error.message)
        }
    }

    /// Lines that were written by hand.
    @discardableResult
    func take(_ lines: String..., dryRun: Bool = false, owner: User? = nil) async throws -> ImportReport {
        try await take(Array(lines.map { $0 + "\n" }.joined().utf8), dryRun: dryRun, owner: owner)
    }

    /// The rows of a table, as text.
    func count(_ table: String) throws -> Int64 {
        try database.read { try $0.row("SELECT count(*) FROM \(table)") { try $0.integer(0) } ?? 0 }
    }
}

extension [UInt8] {
    var lines: [String] { String(decoding: self, as: UTF8.self).split(separator: "\n").map(String.init) }
}
