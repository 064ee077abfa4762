import Foundation
import Parley
import Testing

/// The real program, killed in the middle of an import.
@Suite("An import that was killed", .timeLimit(.minutes(10)))
struct ImportInterruptedTests {
    private static let conversations = 60
    /// The conversation in whose middle the file is cut, and its items.
    private static let long = (number: 30, items: 4000)
    private static let short = 20

    private static var itemCount: Int { (conversations - 1) * short + long.items }

    /// Our own lines, each sent on as it is read.
    private static func lines() -> [String] {
        let text = String(repeating: "said ", count: 200)
        return (0..<conversations).flatMap { number in
            let head = #"{"object":"conversation","source":"s","source_id":"\#(number)","title":"t\#(number)"}"#
            let count = number == long.number ? long.items : short
            return [head]
                + (0..<count).map { item in
                    #"{"object":"item","id":"\#(item)","content":{"role":"user","content":"\#(item) \#(text)"}}"#
                }
        }
    }

    /// Writes into a pipe, and returns once all but what the pipe holds was read.
    private func write(_ bytes: Data, to pipe: String) async {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                if let file = FileHandle(forWritingAtPath: pipe) { try? file.write(contentsOf: bytes) }
                continuation.resume()
            }
        }
    }

    @Test("goes on when it is made again: nothing twice, nothing missing")
    func goesOn() async throws {
        _ = signal(SIGPIPE, SIG_IGN)
        try await Workplace.with { place in
            let lines = Self.lines()
            let all = place.folder.path + "/all.jsonl"
            try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: all))
            let pipe = place.folder.path + "/pipe.jsonl"
            let isMade = unsafe mkfifo(pipe, 0o600) == 0
            try #require(isMade)
            let process = try place.start("sessions", "import", pipe)
            let first = lines.prefix(Self.long.number * (Self.short + 1) + Self.long.items * 9 / 10)
            await write(Data((first.joined(separator: "\n") + "\n").utf8), to: pipe)
            process.signal(SIGKILL)
            #expect(await process.end().status == 128 + SIGKILL)

            let again = try await place.parley("sessions", "import", all, "--json")
            // All is there, and it is said that the file has no manifest.
            #expect(again.status == 1, "\(again.errors) \(again.output)")
            let known = again.json["items"]?["known"]?.int ?? 0
            #expect(known > Self.short && known < Self.itemCount)
            #expect(known + (again.json["items"]?["new"]?.int ?? 0) == Self.itemCount)
            let found = again.json["conversations"]
            #expect((found?["new"]?.int ?? 0) + (found?["known"]?.int ?? 0) == Self.conversations)

            let last = try await place.parley("sessions", "import", all, "--json")
            #expect(last.json["items"]?["new"] == 0 && last.json["items"]?["known"]?.int == Self.itemCount)
            #expect(last.json["conversations"]?["known"]?.int == Self.conversations)
            #expect(try await place.parley("database", "check").status == 0)
        }
    }
}
