import Foundation
import Parley
import ParleyInterchange
import ParleySQLite
import Testing

@Suite("Databases of other programs")
struct ForeignDatabaseTests {
    private func open(_ name: String) throws -> ForeignDatabase {
        try ForeignDatabase(path: Fixture(path: "llm/\(name).db").file, name: name)
    }

    @Test("whose tables are views are not llm's: nothing in them is run")
    func views() throws {
        let database = try open("views")
        #expect(try database.columns(of: "responses").isEmpty)
        #expect { try LLMLogReader(database, file: "views.db", now: Fixture.now) } throws: {
            ($0 as? ParleyError)?.message.contains("not one of llm") == true
        }
    }

    @Test("that are damaged are refused before anything is read")
    func damaged() {
        #expect(throws: ParleyError.self) { try open("damaged") }
    }

    @Test("that another program has open are refused")
    func inUse() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("parley-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.path + "/logs.db"
        try FileManager.default.copyItem(atPath: Fixture(path: "llm/legacy.db").file, toPath: path)
        try Data("not checkpointed".utf8).write(to: URL(fileURLWithPath: path + "-wal"))
        #expect { try ForeignDatabase(path: path, name: "logs.db") } throws: {
            ($0 as? ParleyError)?.message.contains("another program") == true
        }
    }

    @Test("are left as they are: no file appears beside them")
    func leavesNothing() throws {
        let before = try FileManager.default.contentsOfDirectory(atPath: Fixture(path: "llm").file)
        _ = try Fixture(path: "llm/legacy.db").conversations()
        #expect(try FileManager.default.contentsOfDirectory(atPath: Fixture(path: "llm").file) == before)
    }
}
