package import Parley

/// Writes an event stream.
///
/// Never an `id:` or `retry:`, and no `event:` without data: each of them breaks a client that is in use.
package struct EventStreamEncoder: Sendable {
    private var writer: JSONWriter

    package init(capacity: Int = 0) {
        writer = JSONWriter(capacity: capacity)
    }

    /// What has been written so far.
    package var bytes: [UInt8] { writer.bytes }

    /// A comment, which clients ignore and proxies take as a sign of life.
    package static let keepAlive = Array(": keep-alive\n\n".utf8)

    /// Writes an event whose data is the JSON that `write` writes, on one line.
    package mutating func event(_ write: (inout JSONWriter) -> Void) {
        writer.raw("data: ")
        write(&writer)
        writer.raw("\n\n")
    }

    /// Writes a named event whose data is the JSON that `write` writes, on one line.
    ///
    /// The name is one of ours and has no line end.
    package mutating func event(_ name: String, _ write: (inout JSONWriter) -> Void) {
        writer.raw("event: ")
        writer.raw(name.utf8)
        writer.raw("\n")
        event(write)
    }

    /// Writes an event whose data is JSON.
    ///
    /// Line ends between its values become spaces: some clients read every line as an event of its own.
    package mutating func event(json: [UInt8]) {
        event { $0.raw(onOneLine: json) }
    }

    package mutating func keepAlive() {
        writer.raw(Self.keepAlive)
    }

    /// The end of a stream of chat or legacy completions.
    package mutating func done() {
        writer.raw("data: [DONE]\n\n")
    }

    /// Gives away what has been written and starts anew.
    package mutating func take() -> [UInt8] { writer.take() }
}
