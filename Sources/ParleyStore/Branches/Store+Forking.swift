package import Parley

extension Store {
    /// Fills the copy while it is hidden and counts as deleted, then shows it: what a crash leaves behind is purged with
    /// the deleted.
    package func fork(
        _ conversation: Conversation.ID,
        _ fork: ConversationFork,
        of owner: User.ID
    ) async throws -> Conversation {
        let source = try forkSource(conversation, fork, of: owner)
        let copy = try await beginFork(fork, of: source, owner)
        var end: Place?
        for segment in source.path {
            var next = segment.first
            while next <= segment.last {
                try Task.checkCancellation()
                let slice = try slice(of: segment, from: next)
                try await database.write(.turn) { try copy.insert(slice, $0) }
                end = Place(branch: copy.branch, position: slice.last.position)
                next = slice.last.position + 1
            }
        }
        return try await show(copy, endingAt: end, of: source, owner)
    }

    private struct ForkSource: Sendable {
        var row: Int64
        var conversation: Conversation
        var path: [PathSegment]
        var cut: Int64?
    }

    private func forkSource(
        _ id: Conversation.ID,
        _ fork: ConversationFork,
        of owner: User.ID
    ) throws -> ForkSource {
        try database.read { connection in
            let (row, conversation) = try ConversationRow.find(id, of: owner, connection)
            let head = try Self.head(id, owner, connection)
            guard let item = fork.item else {
                return ForkSource(row: row, conversation: conversation, path: head.path, cut: head.cutOnPath)
            }
            let place = try Self.item(item, in: row, connection).place
            let path = try PathReader.path(to: place, connection)
            let cut =
                head.path.contains { $0.contains(place) } ? head.cut.flatMap { $0 <= place.position ? $0 : nil } : nil
            return ForkSource(row: row, conversation: conversation, path: path, cut: cut)
        }
    }

    private func beginFork(
        _ fork: ConversationFork,
        of source: ForkSource,
        _ owner: User.ID
    ) async throws -> PathCopy {
        let hasher = try hasher(of: owner)
        let id = Conversation.ID.random()
        let new = NewConversation(
            title: fork.title ?? source.conversation.title,
            settings: source.conversation.settings,
            metadata: fork.metadata
        )
        return try await database.write(.turn) { connection in
            let row = try ConversationRow.insert(new, id: id, of: owner, connection)
            try connection.run(
                "UPDATE conversation SET hidden = 1, deleted_at = ?, context_cut = ? WHERE id = ?",
                .integer(Timestamp.now.milliseconds),
                .integer(source.cut),
                .integer(row)
            )
            let writer = ItemWriter(connection: connection, hasher: hasher, conversation: row, endUser: nil)
            return PathCopy(id: id, row: row, branch: try writer.fork(from: nil).branch)
        }
    }

    private func slice(of segment: PathSegment, from first: Int64) throws -> PathSlice {
        try database.read { try PathSlice(of: segment, from: first, $0) }
    }

    private func show(
        _ copy: PathCopy,
        endingAt end: Place?,
        of source: ForkSource,
        _ owner: User.ID
    ) async throws -> Conversation {
        try await database.write(.turn) { connection in
            try connection.run(
                "UPDATE conversation SET hidden = 0, deleted_at = NULL WHERE id = ?",
                .integer(copy.row)
            )
            try ConversationRow.setTip(end, of: copy.row, connection)
            return try ConversationRow.complete(ConversationRow.find(copy.id, of: owner, connection), connection)
        }
    }
}
