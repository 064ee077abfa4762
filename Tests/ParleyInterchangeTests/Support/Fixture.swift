import Foundation
import Parley
import ParleyInterchange
import ParleySQLite
import ParleyYAML
import Testing

/// A file that another program could have written.
struct Fixture: Sendable, CustomStringConvertible {
    let path: String

    /// Every export that is text.
    static let texts = [
        "chatgpt/tree.json", "chatgpt/tools.json", "chatgpt/broken.json", "chatgpt/extras.json",
        "claude/conversations.json", "claude/older.json", "openwebui/legacy.json", "chatbotui/odd.json",
        "sharegpt/columns.json", "aichat/code.yaml",
        "openwebui/chats.json", "librechat/flat.json", "librechat/recursive.json", "chatbotui/backup.json",
        "nextchat/backup.json", "nextchat/share.json", "nextchat/times.json", "sharegpt/aliases.json",
        "sharegpt/lines.jsonl",
        "finetune/sft.jsonl", "finetune/dpo.jsonl", "aichat/holiday.yaml",
    ].map(Fixture.init)

    static let databases = ["llm/legacy.db", "llm/old.db", "llm/threads.db", "llm/tools.db"].map(Fixture.init)

    /// When the tests are: nothing in a fixture but what is meant to lies behind it.
    static let now = Timestamp(milliseconds: 1_800_000_000_000)

    var description: String { path }

    var file: String { Self.folder(Bundle.module.bundlePath) + path }

    /// Where it lies in the sources, for what is recorded.
    var source: String {
        Self.folder(URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().path) + path
    }

    private static func folder(_ parent: String) -> String { parent + "/Fixtures/" }

    func bytes() throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: file))) }

    /// What is read from it, whatever it is.
    func steps(of size: Int = 65_536) throws -> [ImportStep] {
        try Self.steps(try bytes(), path, file, of: size)
    }

    static func steps(_ bytes: [UInt8], _ path: String, _ file: String, of size: Int = 65_536) throws -> [ImportStep] {
        if path.hasSuffix(".db") {
            var reader = try LLMLogReader(ForeignDatabase(path: file, name: path), file: path, now: now)
            return try all { try reader.next() }
        }
        if path.hasSuffix(".yaml") {
            let document = try YAMLDocument.json(String(decoding: bytes, as: UTF8.self))
            return [try DocumentReader(document, file: path, now: now).conversation()]
        }
        var reader = ConversationReader(Pieces(bytes, of: size), file: path, now: now)
        return try all { try reader.next() }
    }

    private static func all(_ next: () throws -> ImportStep?) rethrows -> [ImportStep] {
        var steps: [ImportStep] = []
        while let step = try next() { steps.append(step) }
        return steps
    }

    func conversations() throws -> [ImportedConversation] {
        try steps().compactMap { if case .conversation(let conversation) = $0 { conversation } else { nil } }
    }

    func problems() throws -> [ImportProblem] {
        try steps().compactMap { if case .problem(let problem) = $0 { problem } else { nil } }
    }

    func conversation(_ id: String) throws -> ImportedConversation {
        try #require(try conversations().first { $0.conversation.sourceID == id })
    }
}
