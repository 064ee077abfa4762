import Foundation
import ParleyAssets
import Testing

@Suite struct AssetTests {
    private let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// A migration that is on disk but not embedded would silently never run.
    @Test func everyMigrationOnDiskIsEmbeddedAndEqual() throws {
        let folder = "Migrations/sqlite/"
        let names = try FileManager.default.contentsOfDirectory(atPath: root.appending(path: folder).path)
        let onDisk = Set(names.filter { $0.hasSuffix(".sql") }.map { folder + $0 })
        #expect(!onDisk.isEmpty)
        #expect(onDisk == Set(Asset.all.map(\.path).filter { $0.hasPrefix(folder) }))
        for path in onDisk {
            let text = try String(contentsOf: root.appending(path: path), encoding: .utf8)
            #expect(Asset.named(path)?.text == text)
        }
    }

    @Test func assetsAreSortedByPath() {
        #expect(Asset.all.map(\.path) == Asset.all.map(\.path).sorted())
    }

    @Test func theModelTableIsJSON() throws {
        let text = try #require(Asset.named("models.json")?.text)
        #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(text.utf8)) }
    }

    @Test func anUnknownPathIsNil() {
        #expect(Asset.named("Migrations/sqlite/9999_none.sql") == nil)
    }

    @Test func binaryFilesHaveBytesAndNoText() throws {
        let table = try #require(Asset.named("vocabularies/o200k_base.bpe"))
        #expect(table.withBytes { $0.byteCount } > 1_000_000)
        #expect(table.text == nil)
    }
}
