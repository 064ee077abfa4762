import Parley
import ParleyArchive
import Testing

@Suite("ZIP archives")
struct ArchiveTests {
    private func archive(_ name: String, limits: ZIPLimits = ZIPLimits()) throws -> ZIPArchive {
        try ZIPArchive(path: Fixture(path: "zip/\(name).zip").file, name: "\(name).zip", limits: limits)
    }

    private func read(_ archive: ZIPArchive, _ entry: ZIPEntry) throws -> [UInt8] {
        let source = try archive.open(entry)
        var bytes: [UInt8] = []
        while let piece = try source.next() { bytes += piece }
        return bytes
    }

    @Test("are read entry by entry, also after the archive was let go of")
    func entries() throws {
        var opened: ZIPArchive? = try archive("shards")
        let entry = try #require(opened?.entries.first { $0.lastName == "conversations-000.json" })
        let source = try opened?.open(entry)
        opened = nil
        var bytes: [UInt8] = []
        while let piece = try source?.next() { bytes += piece }
        #expect(bytes == (try Fixture(path: "chatgpt/tree.json").bytes()))
    }

    @Test("that unpack to far more than they are, are refused while they are read")
    func bombs() throws {
        let bomb = try archive("bomb")
        #expect { try read(bomb, try #require(bomb.entries.first)) } throws: { Self.says($0, "far more") }
        var limits = ZIPLimits()
        limits.size = 100
        let small = try archive("shards", limits: limits)
        #expect { try read(small, try #require(small.entries.first)) } throws: { Self.says($0, "far more") }
        limits.entries = 2
        #expect { try archive("shards", limits: limits) } throws: { Self.says($0, "entries") }
    }

    @Test("that are encrypted say so")
    func encrypted() throws {
        let locked = try archive("encrypted")
        #expect { try read(locked, try #require(locked.entries.first)) } throws: { Self.says($0, "encrypted") }
    }

    @Test("that were cut say so")
    func cut() {
        #expect { try archive("cut") } throws: { Self.says($0, "Download it again") }
    }

    private static func says(_ error: any Error, _ text: String) -> Bool {
        guard let error = error as? ParleyError else { return false }
        return error.code == .invalidValue && error.message.contains(text)
    }
}
