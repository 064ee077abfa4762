import Parley
import ParleySQLite
import ParleyStore
import Testing

struct ConnectionTests {
    private let place: Place
    private let database: SQLiteDatabase

    init() throws {
        place = try Place()
        database = try place.open()
    }

    @Test(arguments: ["", "hello", "你好 👋", "a\0b", String(repeating: "x", count: 100_000)])
    func textComesBackAsItWas(_ text: String) async throws {
        try await database.note(text)
        #expect(try database.notes() == [text])
    }

    @Test(arguments: [[], [0], Array(0...255)] as [[UInt8]?] + [nil])
    func bytesComeBackAsTheyWere(_ bytes: [UInt8]?) async throws {
        try await database.write(.turn) {
            _ = try $0.run("INSERT INTO note (body, bytes) VALUES ('a', ?)", .blob(bytes))
        }
        #expect(try database.read { try $0.row("SELECT bytes FROM note") { try $0.blobOrNil(0) } } == .some(bytes))
    }

    @Test(arguments: [0, -1, Int64.min, Int64.max]) func integersComeBackAsTheyWere(_ number: Int64) throws {
        #expect(try database.read { try $0.row("SELECT ?", .integer(number)) { try $0.integer(0) } } == number)
    }

    @Test(arguments: [0, -1.5, .greatestFiniteMagnitude, .leastNonzeroMagnitude, .infinity])
    func realNumbersComeBackAsTheyWere(_ number: Double) throws {
        #expect(try database.read { try $0.row("SELECT ?", .real(number)) { try $0.real(0) } } == number)
    }

    @Test func aReadThatTakesTooLongEndsAsItIsTold() async throws {
        let endless = """
            WITH RECURSIVE number (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM number)
            SELECT count(*) FROM number
            """
        let expired = ParleyError(.searchTimeout, "Too long.")
        #expect(
            await code {
                try await database.read(within: .milliseconds(20), orThrow: expired) {
                    _ = try $0.rows(endless) { try $0.integer(0) }
                }
            } == .searchTimeout
        )
        #expect(
            await code {
                try database.readNow(within: .milliseconds(20), orThrow: expired) {
                    _ = try $0.rows(endless) { try $0.integer(0) }
                }
            } == .searchTimeout
        )
    }

    @Test func anIntegerIsARealNumberToo() throws {
        #expect(try database.read { try $0.row("SELECT 3") { try $0.real(0) } } == 3)
    }

    @Test func anotherTypeThrowsInsteadOfTrapping() async throws {
        let reads: [@Sendable (any Row) throws -> Void] = [
            { _ = try $0.integer(0) }, { _ = try $0.integer(1) }, { _ = try $0.text(1) }, { _ = try $0.blob(0) },
            { _ = try $0.real(0) }, { _ = try $0.integer(2) }, { _ = try $0.integer(-1) }, { _ = try $0.text(99) },
            { _ = try $0.integer(.max) }, { _ = try $0.text(3) },
        ]
        for read in reads {
            let refused = await code {
                _ = try database.read { try $0.row("SELECT 'a', NULL, 1.5, 7") { try read($0) } }
            }
            #expect(refused == .internalError)
        }
    }

    @Test(arguments: [[], [Value.integer(1), .integer(2)]]) func theWrongNumberOfArgumentsThrows(
        _ values: [Value]
    ) async {
        #expect(await code { _ = try database.read { try $0.rows("SELECT ?", values) { _ in } } } == .internalError)
    }

    @Test func aStatementCanRunInsideItself() throws {
        let pairs = try database.read { connection in
            try connection.rows("SELECT value FROM json_each('[1,2]')") { outer in
                let first = try outer.integer(0)
                return try connection.rows("SELECT value FROM json_each('[1,2]')") { "\(first)\(try $0.integer(0))" }
            }
        }
        #expect(pairs == [["11", "12"], ["21", "22"]])
    }

    @Test func changedRowsAreCounted() async throws {
        for body in ["a", "b", "c"] { try await database.note(body) }
        let counts = try await database.write(.turn) { connection in
            [
                try connection.run("UPDATE note SET weight = 1 WHERE body <> 'c'"),
                try connection.run("DELETE FROM note WHERE body = 'none'"),
                try connection.run("DELETE FROM note"),
            ]
        }
        #expect(counts == [2, 0, 3])
    }

    @Test func aReadSeesOneSnapshot() async throws {
        try await database.note("one")
        // On a thread of its own: waiting would take one from those that the write needs.
        let seen = try await onOwnThread {
            try database.read { connection in
                let before = try connection.row("SELECT count(*) FROM note") { try $0.integer(0) }
                let written = database.enqueueAndWait("two")
                let after = try connection.row("SELECT count(*) FROM note") { try $0.integer(0) }
                return (before, written, after)
            }
        }
        #expect(seen.0 == 1)
        #expect(seen.1)
        #expect(seen.2 == 1)
        #expect(try database.notes() == ["one", "two"])
    }

    @Test(.timeLimit(.minutes(1))) func aReadThatTakesTooLongIsEnded() async throws {
        var settings = try Place().settings()
        settings.readTime = .milliseconds(20)
        settings.longReadTime = .milliseconds(20)
        let database = try SQLiteDatabase.open(settings)
        let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
        #expect(await code { _ = try database.read { try $0.rows(endless) { _ in } } } == .overloaded)
        #expect(await code { _ = try await database.readLong { try $0.rows(endless) { _ in } } } == .overloaded)
        #expect(try database.notes().isEmpty)
        await database.close()
    }

    /// Many, for SQLite looks at the time only now and then: a snapshot whose end is interrupted ends the process.
    @Test(.timeLimit(.minutes(1))) func readsThatTakeTooLongEndTheirSnapshots() async throws {
        var settings = try Place().settings()
        settings.readers = 1
        settings.readTime = .milliseconds(1)
        let database = try SQLiteDatabase.open(settings)
        let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
        for _ in 0..<2_000 {
            #expect(throws: ParleyError.self) { try database.read { try $0.rows(endless) { _ in } } }
        }
        #expect(try database.notes().isEmpty)
        await database.close()
    }

    @Test(.timeLimit(.minutes(1))) func aLongReadEndsWithItsCaller() async throws {
        let (started, report) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"
        let reading = Task {
            try await database.readLong { connection in
                _ = try connection.rows(endless) { _ in report.yield() }
            }
        }
        for await _ in started { break }
        reading.cancel()
        #expect(await code { try await reading.value } == .cancelled)
    }

    @Test(arguments: ["ATTACH ':memory:' AS a", "SELECT load_extension('x')", "PRAGMA writable_schema = ON"])
    func whatCouldReachOutsideIsRefusedToReaders(_ sql: String) async throws {
        let before = try await database.writerValue("SELECT count(*) FROM sqlite_schema")
        _ = await code { _ = try database.read { try $0.rows(sql) { _ in } } }
        let refused = await code { _ = try database.read { try $0.run("DELETE FROM sqlite_schema") } }
        #expect(refused != nil)
        #expect(try await database.writerValue("SELECT count(*) FROM sqlite_schema") == before)
    }
}
