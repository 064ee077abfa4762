import Parley
import ParleySQLite
import ParleyStore
import Testing

/// The queries of the turn path find what they need by an index, however much there is.
struct QueryPlanTests {
    @Test func aSearchSortsAndReadsNoMoreThanItShows() async throws {
        try await TemporaryStore.with { store in
            for sql in Store.searchQueries(store.database.dialect.fullText) {
                let plan = try store.database.read { connection in
                    try connection.rows(
                        "EXPLAIN QUERY PLAN " + sql,
                        Array(repeating: .integer(1), count: sql.count { $0 == "?" })
                    ) { try $0.text(3) }
                }
                #expect(plan.first?.hasPrefix("SCAN search VIRTUAL TABLE") == true)
                for step in plan.dropFirst() {
                    #expect(!step.hasPrefix("SCAN") && !step.contains("TEMP B-TREE"), "\(step)")
                }
            }
        }
    }

    @Test(arguments: Store.hotQueries)
    func noHotQueryScans(_ sql: String) async throws {
        try await TemporaryStore.with { store in
            let plan = try store.database.read { connection in
                try connection.rows(
                    "EXPLAIN QUERY PLAN " + sql,
                    Array(repeating: .integer(1), count: sql.count { $0 == "?" })
                ) { try $0.text(3) }
            }
            #expect(!plan.isEmpty)
            for step in plan {
                #expect(!step.hasPrefix("SCAN"), "\(step) in \(sql)")
                #expect(
                    !step.contains("TEMP B-TREE") || sql.contains("item.match") || sql.contains("item.pair"),
                    "\(step)"
                )
            }
        }
    }
}
