import Parley

extension StoreImport {
    func add(_ record: ItemRecord, line: Int) async throws {
        guard let conversation else { return fail(line: line, "An item stands in front of every conversation.") }
        guard conversation.ending == nil else { return }
        do {
            let parent = try conversation.parent(of: record)
            try await take(record, behind: parent, conversation)
        } catch is KnownConversation.Gone {
            return fail(line: line, Self.lost)
        } catch let error as ParleyError where error.code == .invalidValue {
            return fail(line: line, error.message)
        }
        try await flushIfFull()
    }

    private func take(
        _ record: ItemRecord,
        behind parent: ImportNode?,
        _ conversation: ConversationInHand
    ) async throws {
        let knownParent = parent.flatMap(conversation.knownPlace)
        let mayBeKnown = conversation.known != nil && (parent == nil || knownParent != nil)
        if options.isDryRun, !mayBeKnown { return count(record, behind: parent, conversation) }
        let path = try await hashes(at: parent, conversation)
        let said = Said(record, after: path, hasher)
        if mayBeKnown, let match = try match(record, said.chain, parent, knownParent, conversation) {
            return try note(record, at: match, path, conversation)
        }
        if options.isDryRun { return count(record, behind: parent, conversation) }
        place(record, said, behind: parent, path, conversation)
    }

    /// What an item says, as it is stored and hashed.
    private struct Said {
        let content: ItemContent
        let canonical: [UInt8]
        let chain: [UInt8]

        init(_ record: ItemRecord, after path: PathHashes, _ hasher: ItemHasher) {
            content = Compactions.stored(record.content)
            canonical = JSON.object(content.json).canonical
            chain = record.tombstone?.chain ?? hasher.chain(after: path.chain, canonical)
        }

        /// The JSON, and the long strings that are kept beside it.
        func text() -> (json: String, blobs: [[UInt8]: String]) {
            guard canonical.count > Blobs.threshold else { return (String(decoding: canonical, as: UTF8.self), [:]) }
            let (json, blobs) = Blobs.extract(.object(content.json))
            return (String(decoding: json.canonical, as: UTF8.self), blobs)
        }
    }

    /// Gives a new item its place, and has it written.
    private func place(
        _ record: ItemRecord,
        _ said: Said,
        behind parent: ImportNode?,
        _ path: PathHashes,
        _ conversation: ConversationInHand
    ) {
        var path = path
        let hashes = advance(&path, by: record, said.content, said.chain)
        let (node, isFork) = conversation.place(record, behind: parent, free: nextSegment())
        let createdAt = past(record.createdAt ?? conversation.newest ?? conversation.record.createdAt ?? begun)
        let (json, blobs) = said.text()
        let isOurs = Item.ID(record.key) != nil
        let item = ImportedItem(
            node: node,
            fork: isFork ? .init(parent: parent, createdAt: past(record.branchedAt ?? createdAt)) : nil,
            id: Item.ID(record.key) ?? slice.newID(),
            kind: record.content.kind,
            status: record.status,
            json: record.tombstone == nil ? json : "{}",
            blobs: blobs,
            hashes: hashes,
            ordinal: conversation.ordinal(of: said.chain, behind: parent, isFork: isFork),
            summary: said.content.kind == .compaction && record.tombstone == nil ? record.content.text : nil,
            record: record.withoutContent,
            sourceID: record.sourceID ?? (isOurs ? nil : record.key),
            createdAt: createdAt
        )
        conversation.hashes.keep(path, at: node)
        write(.item(item), of: conversation)
        noteNew(record, at: node, conversation)
        conversation.newest = createdAt
    }

    private func count(_ record: ItemRecord, behind parent: ImportNode?, _ conversation: ConversationInHand) {
        noteNew(record, at: conversation.place(record, behind: parent, free: nextSegment()).node, conversation)
    }

    private func noteNew(_ record: ItemRecord, at node: ImportNode, _ conversation: ConversationInHand) {
        conversation.note(record, at: node)
        conversation.items.new += 1
        conversation.hasNews = true
    }

    private func match(
        _ record: ItemRecord,
        _ chain: [UInt8],
        _ parent: ImportNode?,
        _ place: Place?,
        _ conversation: ConversationInHand
    ) throws -> KnownTree.Match? {
        try conversation.known?.child(
            of: place,
            upTo: parent.map(conversation.knownEnd) ?? 0,
            chain: chain,
            id: Item.ID(record.key)
        )
    }

    /// Takes note of an item that is there.
    private func note(
        _ record: ItemRecord,
        at match: KnownTree.Match,
        _ path: PathHashes,
        _ conversation: ConversationInHand
    ) throws {
        let segment = try segment(of: match.place, conversation)
        let node = ImportNode(segment: segment, position: match.place.position)
        let meaning = record.content.meaning ?? path.meaning
        conversation.hashes.keep(PathHashes(chain: match.chain, match: match.match, meaning: meaning), at: node)
        conversation.note(record, at: node)
        conversation.items.known += 1
    }

    /// The line of a branch that is there.
    private func segment(of place: Place, _ conversation: ConversationInHand) throws -> Int {
        if let known = conversation.segment(of: place.branch) { return known }
        let segment = nextSegment()
        let end = try conversation.known?.end(of: place.branch) ?? place.position
        conversation.addSegment(segment, of: place.branch, end: end)
        write(.reopen(segment: segment, branch: place.branch), of: conversation)
        return segment
    }

    private func advance(
        _ path: inout PathHashes,
        by record: ItemRecord,
        _ stored: ItemContent,
        _ chain: [UInt8]
    ) -> ItemHasher.Hashes {
        guard let tombstone = record.tombstone else {
            return hasher.extend(&path, by: stored, chain: chain, endUser: nil)
        }
        path.chain = tombstone.chain
        path.match = tombstone.match
        return ItemHasher.Hashes(chain: tombstone.chain, match: tombstone.match, pair: tombstone.pair)
    }

    /// The hashes of the path down to a node, from memory or, once it is written, from the database.
    private func hashes(at node: ImportNode?, _ conversation: ConversationInHand) async throws -> PathHashes {
        guard let node else { return hasher.root(endUser: nil) }
        if let path = conversation.hashes[node] { return path }
        if let known = conversation.known, let place = conversation.knownPlace(of: node) {
            return try hashes(at: place, in: known.conversation)
        }
        try await flush()
        try await settle()
        guard conversation.ending == nil else { throw KnownConversation.Gone() }
        guard let known = places.conversations[conversation.number], let place = known.place(of: node) else {
            throw ParleyError(.internalError, "An import lost an item.")
        }
        return try hashes(at: place, in: known.conversation)
    }

    private func hashes(at place: Place, in conversation: KnownConversation) throws -> PathHashes {
        try conversation.read(database) { connection in
            let row = conversation.row
            let writer = ItemWriter(connection: connection, hasher: hasher, conversation: row, endUser: nil)
            return try writer.hashes(at: place, beforeModelItem: true)
        }
    }
}

extension ItemRecord {
    /// Without what is written elsewhere.
    fileprivate var withoutContent: Self {
        var record = self
        record.content = ItemContent(.init())
        return record
    }
}
