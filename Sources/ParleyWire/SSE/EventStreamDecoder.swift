package import Parley

/// Reads an event stream from bytes that arrive in any pieces.
///
/// The rules are those of WHATWG HTML 9.2.6, with one exception: a last event that lacks its blank line counts when it
/// has data, because servers forget it. `id` and `retry` are ignored; we never reconnect. Whether the data is valid UTF-8 is
/// left to whoever reads it.
package struct EventStreamDecoder: Sendable {
    /// The longest line, in bytes.
    package static let lineLimit = 1 << 20
    /// The most data of one event, in bytes.
    package static let eventLimit = 4 << 20

    /// The beginning of a line whose end has not arrived.
    private var line: [UInt8] = []
    private var event = ServerSentEvent()
    private var hasData = false
    /// A carriage return was the last byte; a line feed after it belongs to it.
    private var skipsLineFeed = false
    private var atStart = true

    package init() {}

    /// Adds the events that are complete with these bytes, also those that come before a failure.
    ///
    /// Linear in the number of bytes.
    /// - Throws: ``ParleyError/Code/upstreamEventTooLarge`` beyond a limit; the decoder is of no use then.
    package mutating func append(
        _ bytes: Span<UInt8>,
        to events: inout [ServerSentEvent]
    ) throws(ParleyError) {
        var start = 0
        if skipsLineFeed, !bytes.isEmpty {
            skipsLineFeed = false
            start = bytes[0] == .lineFeed ? 1 : 0
        }
        while let end = lineEnd(bytes, from: start) {
            try completeLine(bytes.extracting(start..<end), &events)
            start = end + 1
            if bytes[end] == .carriageReturn { skipLineFeed(bytes, &start) }
        }
        try keep(bytes.extracting(start..<bytes.count))
    }

    /// The events that are complete with these bytes.
    package mutating func append(_ bytes: Span<UInt8>) throws(ParleyError) -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        try append(bytes, to: &events)
        return events
    }

    package mutating func append(_ bytes: [UInt8]) throws(ParleyError) -> [ServerSentEvent] {
        try append(bytes.span)
    }

    package mutating func append(_ bytes: ArraySlice<UInt8>) throws(ParleyError) -> [ServerSentEvent] {
        try append(bytes.span)
    }

    /// The event that the end of the stream completes, if there is one.
    package mutating func finish() throws(ParleyError) -> [ServerSentEvent] {
        var events: [ServerSentEvent] = []
        try readKeptLine(&events)
        dispatch(&events)
        return events
    }

    private func lineEnd(_ bytes: Span<UInt8>, from start: Int) -> Int? {
        var index = start
        while index < bytes.count {
            let byte = bytes[index]
            if byte == .lineFeed || byte == .carriageReturn { return index }
            index += 1
        }
        return nil
    }

    private mutating func skipLineFeed(_ bytes: Span<UInt8>, _ start: inout Int) {
        guard start < bytes.count else {
            skipsLineFeed = true
            return
        }
        if bytes[start] == .lineFeed { start += 1 }
    }

    /// Keeps what may be the beginning of a line.
    private mutating func keep(_ bytes: Span<UInt8>) throws(ParleyError) {
        guard line.count + bytes.count <= Self.lineLimit else { throw .eventTooLarge }
        line.append(bytes)
    }

    /// Reads the line that ends with `rest`.
    private mutating func completeLine(
        _ rest: Span<UInt8>,
        _ events: inout [ServerSentEvent]
    ) throws(ParleyError) {
        guard line.count + rest.count <= Self.lineLimit else { throw .eventTooLarge }
        if line.isEmpty { return try read(rest, &events) }
        line.append(rest)
        try readKeptLine(&events)
    }

    private mutating func readKeptLine(_ events: inout [ServerSentEvent]) throws(ParleyError) {
        guard !line.isEmpty else { return }
        let whole = line
        line = []
        try read(whole.span, &events)
    }

    private mutating func read(_ line: Span<UInt8>, _ events: inout [ServerSentEvent]) throws(ParleyError) {
        if atStart {
            atStart = false
            if line.hasPrefix([0xEF, 0xBB, 0xBF]) {
                return try read(line.extracting(3..<line.count), &events)
            }
        }
        if line.isEmpty {
            dispatch(&events)
        } else if let value = line.value(of: "data") {
            try addData(line.extracting(value))
        } else if let value = line.value(of: "event") {
            event.name = String(decoding: Array(copying: line.extracting(value)), as: UTF8.self)
        }
    }

    private mutating func addData(_ value: Span<UInt8>) throws(ParleyError) {
        guard event.data.count + value.count < Self.eventLimit else { throw .eventTooLarge }
        if hasData { event.data.append(.lineFeed) }
        event.data.append(value)
        hasData = true
    }

    private mutating func dispatch(_ events: inout [ServerSentEvent]) {
        if hasData { events.append(event) }
        event = ServerSentEvent()
        hasData = false
    }
}
