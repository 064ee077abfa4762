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
        try await goThrough(SealCheck(), tell)
        try await goThrough(CountCheck(), tell)
        try await checkUsage(tell)
        try await checkChains(tell)
        try await checkSearch(tell)
        try await checkAudit(tell)
    }

    private func checkOrphans(_ tell: (DatabaseCheckEvent) async throws -> Void) async throws {
        try await tell(.progress(.init(.orphan, items: 0)))
        for rule in Orphans.all {
            let count = try await count(rule.sql)
            guard count > 0 else { continue }
            try await tell(.finding(.init(rule.subject, "\(count) \(rule.what)", remedy: rule.remedy)))
        }
    }

    private func count(_ sql: String) async throws -> Int64 {
        try await database.examine { connection in
            try connection.row(sql) { try $0.integer(0) } ?? 0
        }
    }

    /// Goes through what `check` looks at, step by step, and tells what a second look confirms.
    private func goThrough<Check: StepwiseCheck>(
        _ check: Check,
        _ tell: (DatabaseCheckEvent) async throws -> Void
    ) async throws {
        try await tell(.progress(.init(Check.subject, items: 0)))
        var check = check
        var found = 0
        repeat {
            check = try await advanced(check) { try $0.advance($1) }
            for suspect in check.suspects where found < Self.mostFindings {
                guard let finding = try database.read({ try Check.finding(suspect, $0) }) else { continue }
                try await tell(.finding(finding))
                found += 1
            }
        } while !check.isDone
    }

    private func checkUsage(_ tell: (DatabaseCheckEvent) async throws -> Void) async throws {
        try await goThrough(BudgetCheck(), tell)
        for rule in UsageCheck.all {
            let count = try await count(rule.sql)
            guard count > 0 else { continue }
            try await tell(.finding(.init(.usage, "\(count) \(rule.what)", remedy: rule.remedy)))
        }
    }

    private func checkChains(_ tell: (DatabaseCheckEvent) async throws -> Void) async throws {
        var chains = ChainCheck()
        var found = 0
        repeat {
            chains = try await advanced(chains) { try $0.advance($1) }
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

    /// A check after its next step, which runs on a connection of its own.
    private func advanced<Check: Sendable>(
        _ check: Check,
        _ step: @escaping @Sendable (inout Check, any Connection) throws -> Void
    ) async throws -> Check {
        try await database.examine { connection in
            var check = check
            try step(&check, connection)
            return check
        }
    }

    static let restore = "Restore a backup with `parley database restore FILE`."
}
