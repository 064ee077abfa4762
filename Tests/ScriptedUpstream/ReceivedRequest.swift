package import Parley

/// A request as it arrived.
package struct ReceivedRequest: Sendable {
    package var method: String
    package var path: String
    /// Names in lower case, in the order in which they came.
    package var headers: [(name: String, value: String)]
    package var body: [UInt8]
    /// The number of the connection on which it came, from 1.
    package var connection: Int

    package func header(_ name: String) -> String? {
        headers.first { $0.name == name }?.value
    }

    /// The body as JSON; `null` when it is not.
    package var json: JSON { (try? JSON(parsing: body)) ?? .null }

    /// The text of the last message of the user, or the prompt of a legacy request.
    package var lastUserText: String {
        let messages = json["messages"]?.array ?? []
        let last = messages.last { $0["role"]?.string == "user" }
        return last.map { Self.text($0["content"]) } ?? json["prompt"].map(Self.text) ?? ""
    }

    /// The text of a message's content: a string, or the texts of its parts.
    static func text(_ content: JSON?) -> String {
        switch content {
        case .string(let text): text
        case .array(let parts):
            parts.map { $0["text"]?.string ?? $0.string ?? "[\($0["type"]?.string ?? "?")]" }.joined()
        default: ""
        }
    }
}

extension ReceivedRequest {
    /// Takes one request off the beginning of `bytes`; `nil` when it is not whole yet.
    init?(taking bytes: inout [UInt8], connection: Int) {
        let end = Array("\r\n\r\n".utf8)
        guard let head = bytes.firstRange(of: end) else { return nil }
        let lines = String(decoding: bytes[..<head.lowerBound], as: UTF8.self).split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count == 3 else { return nil }
        let headers = lines.dropFirst().map { line in
            let parts = line.split(separator: ":", maxSplits: 1)
            let value = parts.count > 1 ? parts[1].drop { $0 == " " } : ""
            return (name: String(parts[0]).lowercased(), value: String(value))
        }
        let length = headers.first { $0.name == "content-length" }.flatMap { Int($0.value) } ?? 0
        guard bytes.count >= head.upperBound + length else { return nil }
        self.init(
            method: String(words[0]),
            path: String(words[1]),
            headers: headers,
            body: Array(bytes[head.upperBound..<(head.upperBound + length)]),
            connection: connection
        )
        bytes.removeFirst(head.upperBound + length)
    }
}
