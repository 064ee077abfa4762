/// How much a server tells.
enum LogLevel: String, CaseIterable, Sendable {
    case debug
    case info
    case warning
    case error
}
