import Testing

@testable import ParleyCommands

struct OpenFilesTests {
    @Test(arguments: [
        (64, 16, 16), (256, 160, 16), (1024, 832, 312), (20_000, 17_436, 9_000),
        (Int.max, 8_070_450_532_247_928_768, 9_000),
    ])
    func someFilesAreLeftForTheServerItself(_ limit: Int, _ connections: Int, _ turns: Int) {
        let files = OpenFiles(limit: limit)
        #expect(files.connections == connections)
        #expect(files.turns == turns)
    }

    @Test func theLimitIsRaisedOnce() {
        let limit = OpenFiles.raised().limit
        #expect(limit > 0)
        #expect(OpenFiles.raised().limit == limit)
    }
}
