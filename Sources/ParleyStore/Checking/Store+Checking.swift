package import Parley

extension Store {
    /// Of one kind no more than so many are told.
    private static let mostFindings = 100

    package func check(_ tell: (DatabaseCheckEvent) async throws -> Void) async throws {
        try await tell(.progress(.init(.files, items: 0)))
        for problem in try await database.integrity().prefix(Self.mostFindings) {
            try await tell(.finding(.init(.files, problem, remedy: Self.restore)))
        }
        try await checkOrphans(tell)
        try await checkChains(tell)
        try await checkSearch(tell)
        try await checkAudit(tell)
    }

    private func checkOrphans(_ tell: (DatabaseCheckEvent) async throws -> Void) async throws {
        try await tell(.progress(.init(.orphan, items: 0)))
        for rule in Orphans.all {
            let count = try await database.examine { connection in
                try connection.row(rule.sql) { try $0.integer(0) } ?? 0
            }
            guard count > 0 else { continue }
            try await tell(.finding(.init(rule.subject, "\(count) \(rule.what)", remedy: rule.remedy)))
        }
    }

    private func checkChains(_ tell: (DatabaseCheckEvent) async throws -> Void) async throws {
        var chains = ChainCheck()
        var found = 0
        repeat {
            let before = chains
            chains = try await database.examine { connection in
                var chains = before
                try chains.advance(connection)
                return chains
            }
            for finding in chains.findings where found < Self.mostFindings {
                try await tell(.finding(finding))
                found += 1
            }
            try await tell(.progress(.init(.chain, items: chains.items)))
        } while !chains.isDone
    }

    private func checkSearch(_ tell: (DatabaseCheckEvent) async throws -> Void) async throws {
        var search = SearchCheck()
        repeat {
            let before = search
            search = try await database.readLong { connection in
                var search = before
                try search.advance(connection)
                return search
            }
            try await tell(.progress(.init(.search, items: search.items)))
        } while !search.isDone
        for finding in search.findings { try await tell(.finding(finding)) }
        for index in [FullTextIndex.items, .headings] {
            for detail in try await damage(of: index) {
                try await tell(.finding(.init(.search, detail, remedy: SearchCheck.remedy)))
            }
        }
    }

    /// What the engine says of an index; a part of it that cannot be read is what it says, too.
    private func damage(of index: FullTextIndex) async throws -> [String] {
        let name = index == .items ? "the search index" : "the search index of titles"
        do {
            return try await database.examine { try $0.dialect.fullText.damage(of: index, $0) }.map { "\(name) \($0)" }
        } catch let error as ParleyError where error.code == .databaseDamaged {
            return ["\(name) cannot be read"]
        }
    }

    private func checkAudit(_ tell: (DatabaseCheckEvent) async throws -> Void) async throws {
        try await tell(.progress(.init(.audit, items: 0)))
        guard let broken = try await verifyAudit(containing: nil).broken else { return }
        try await tell(
            .finding(
                .init(
                    .audit,
                    "row \(broken.number) of the audit log: \(broken.reason)",
                    remedy: "Compare it with a backup: somebody has written to the file from outside."
                )
            )
        )
    }

    static let restore = "Restore a backup with `parley database restore FILE`."
}
