import Logging

/// Writes log lines to standard error, one line each, safe for a terminal.
struct TerminalLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level
    private let terminal = Terminal()

    /// The longest line, in bytes.
    private static let limit = 2048

    init(_ level: Logger.Level) {
        logLevel = level
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { _, new in new }
        let pairs = all.sorted { $0.key < $1.key }.map { " \($0.key)=\($0.value)" }.joined()
        let line = "\(event.level) \(event.message)\(pairs)"
        let safe = line.split(whereSeparator: \.isNewline).joined(separator: " ")
        terminal.note(String(decoding: safe.utf8.prefix(Self.limit), as: UTF8.self))
    }
}

extension Logger {
    /// For commands, whose errors are told otherwise.
    static var silent: Logger { Logger(label: "parley") { _ in SwiftLogNoOpLogHandler() } }

    /// For servers.
    static func parley(_ level: Level) -> Logger { Logger(label: "parley") { _ in TerminalLogHandler(level) } }
}
