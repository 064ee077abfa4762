import Parley
import Testing

@testable import ParleySQLite

struct DatabaseHeaderTests {
    @Test func whatIsTooShortIsNoDatabase() async throws {
        let place = try Place()
        try await place.make()
        let bytes = Array(try place.bytes().prefix(DatabaseHeader.length))
        #expect(DatabaseHeader(bytes) != nil)
        for count in 0..<bytes.count { #expect(DatabaseHeader(Array(bytes.prefix(count))) == nil) }
    }

    @Test func aDatabaseOfOursSaysSo() async throws {
        let place = try Place()
        try await place.make()
        let bytes = try place.bytes()
        let header = try #require(DatabaseHeader(Array(bytes.prefix(DatabaseHeader.length))))
        #expect(header.applicationID == DatabaseHeader.applicationID)
        #expect(header.userVersion == 1)
        #expect(header.expectedSize == bytes.count)
        #expect(!header.isEmpty)
    }

    @Test func networkDisksAreRecognised() throws {
        #expect(FileSystem.networkName(of: "/proc") == nil)
        #expect(FileSystem.networkName(of: "/nonexistent") == nil)
    }
}
