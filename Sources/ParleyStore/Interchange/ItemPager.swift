import Parley

/// Reads the items of an export page by page, tombstones included.
struct ItemPager {
    let connection: any Connection
    let conversation: ExportedConversation

    /// The most items of a page; it ends with the item that makes it longer than so many bytes of JSON.
    private static let most = 200
    private static let size = 256 << 10

    func page(after cursor: ExportCursor?) throws -> ExportPage<ExportedItem> {
        var page = Filling()
        var line = cursor?.line ?? 0
        var last = cursor?.last
        while conversation.lines.indices.contains(line) {
            let segment = conversation.lines[line]
            let isEnd = try fill(&page, segment, from: last.map { $0 + 1 } ?? segment.first)
            if let item = page.items.last, page.isFull || !isEnd {
                return ExportPage(page.items, next: ExportCursor(line: line, last: item.item.place.position))
            }
            line += 1
            last = nil
        }
        return ExportPage(page.items, next: nil)
    }

    /// A page on its way.
    private struct Filling {
        var items: [ExportedItem] = []
        var bytes = 0
        var isFull: Bool { items.count >= ItemPager.most || bytes >= ItemPager.size }
    }

    /// Adds the items of one line.
    ///
    /// - Returns: whether the line has no more.
    private func fill(_ page: inout Filling, _ segment: PathSegment, from first: Int64) throws -> Bool {
        guard first <= segment.last else { return true }
        let limit = max(1, Self.most - page.items.count)
        let rows = try rows(segment, from: first, limit: limit, bytes: Self.size - page.bytes)
        let metadata = try metadata(rows.elements)
        var parent =
            first > segment.first
            ? try Self.key(at: Place(branch: segment.branch, position: first - 1), connection) : nil
        for row in rows.elements {
            if row.place.position == segment.first { parent = try self.parent(of: segment) }
            let item = try complete(
                row,
                parent: parent,
                metadata[row.place.key] ?? [:],
                isFirst: row.place.position == segment.first
            )
            page.bytes += row.json.utf8.count + item.blobBytes
            page.items.append(item.item)
            parent = item.item.record.key
            if page.isFull { return false }
        }
        return !rows.hasMore
    }

    private func rows(
        _ segment: PathSegment,
        from first: Int64,
        limit: Int,
        bytes: Int
    ) throws -> Page<ExportRow> {
        var rest = bytes
        let rows = try connection.rows(
            ExportRow.query,
            .integer(Place(branch: segment.branch, position: first).key),
            .integer(Place(branch: segment.branch, position: segment.last).key),
            .integer(limit + 1)
        ) { row -> ExportRow? in
            // What is not wanted any more is stepped over, which costs next to nothing.
            guard rest > 0 else { return nil }
            let found = try ExportRow(row)
            rest -= found.json.utf8.count
            return found
        }
        let wanted = rows.prefix(limit).compactMap(\.self)
        return Page(elements: wanted, hasMore: wanted.count < rows.count)
    }
}

extension ItemPager {
    /// What later lines call the item at a place.
    static func key(at place: Place, _ connection: any Connection) throws -> String? {
        try connection.row(
            "SELECT public_id, kind FROM item WHERE place = ?",
            .integer(place.key)
        ) { row in
            let kind = ItemContent.Kind(rawValue: try row.text(1)) ?? .other
            return kind.idPrefix + Item.ID(bytes: try row.blob(0)).digits
        }
    }

    /// The item that a line leaves.
    private func parent(of segment: PathSegment) throws -> String? {
        guard segment.first > 1 else { return nil }
        let path = try PathReader.path(to: Place(branch: segment.branch, position: segment.first), connection)
        guard let place = PathSegment.cut(path, to: segment.first - 1).tip else { return nil }
        return try Self.key(at: place, connection)
    }

    private func metadata(_ rows: [ExportRow]) throws -> [Int64: [String: String]] {
        guard let first = rows.first, let last = rows.last else { return [:] }
        var metadata: [Int64: [String: String]] = [:]
        let pairs = try connection.rows(
            "SELECT place, name, value FROM item_metadata WHERE place BETWEEN ? AND ?",
            .integer(first.place.key),
            .integer(last.place.key)
        ) { (try $0.integer(0), try $0.text(1), try $0.text(2)) }
        for (place, name, value) in pairs { metadata[place, default: [:]][name] = value }
        return metadata
    }

    private func complete(
        _ row: ExportRow,
        parent: String?,
        _ metadata: [String: String],
        isFirst: Bool
    ) throws -> (item: ExportedItem, blobBytes: Int) {
        var content = try row.content()
        let strings = try Blobs.strings(of: .object(content.json), at: row.place, connection)
        content.json = Blobs.restore(content.json, strings)
        let blobBytes = strings.values.reduce(0) { $0 + $1.utf8.count }
        var record = row.record(content, parent: parent)
        record.metadata = metadata
        if content.kind == .compaction, row.deletedAt == nil, let text = try Compactions.text(at: row.place, connection)
        {
            record.content.json["summary"] = .string(text.summary)
            record.editedAt = text.editedAt
        }
        if conversation.scope == .all, isFirst {
            record.branchedAt = try connection.row(
                "SELECT created_at FROM branch WHERE id = ?",
                .integer(row.place.branch)
            ) { Timestamp(milliseconds: try $0.integer(0)) }
        }
        return (
            ExportedItem(item: row.item(record.content), record: record, model: row.model ?? row.turnModel), blobBytes
        )
    }
}
