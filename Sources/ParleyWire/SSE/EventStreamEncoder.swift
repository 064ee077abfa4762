/// Writes an event stream.
///
/// Never an `id:` or `retry:`, and no `event:` without data: each of them breaks a client that is in use.
package struct EventStreamEncoder: Sendable {
    /// What has been written so far.
    package private(set) var bytes: [UInt8] = []

    package init(capacity: Int = 0) {
        bytes.reserveCapacity(capacity)
    }

    /// A comment, which clients ignore and proxies take as a sign of life.
    package static let keepAlive = Array(": keep-alive\n\n".utf8)
    /// The end of a stream of chat or legacy completions.
    package static let done = Array("data: [DONE]\n\n".utf8)

    /// Writes an event whose data is JSON.
    ///
    /// Line ends between its values become spaces: some clients read every line as an event of its own.
    package mutating func event(json: some Collection<UInt8>) {
        bytes.append(contentsOf: "data: ".utf8)
        let start = bytes.count
        bytes.append(contentsOf: json)
        for index in start..<bytes.count where bytes[index] == .lineFeed || bytes[index] == .carriageReturn {
            bytes[index] = UInt8(ascii: " ")
        }
        bytes.append(contentsOf: "\n\n".utf8)
    }

    /// Writes a named event whose data is JSON.
    ///
    /// The name is one of ours and has no line end.
    package mutating func event(_ name: String, json: some Collection<UInt8>) {
        bytes.append(contentsOf: "event: ".utf8)
        bytes.append(contentsOf: name.utf8)
        bytes.append(.lineFeed)
        event(json: json)
    }

    package mutating func keepAlive() {
        bytes.append(contentsOf: Self.keepAlive)
    }

    package mutating func done() {
        bytes.append(contentsOf: Self.done)
    }

    /// Gives away what has been written and starts anew.
    package mutating func take() -> [UInt8] {
        defer { bytes.removeAll() }
        return bytes
    }
}
