/// What is done with a connection once a request has come.
package struct Reply: Sendable {
    package enum Step: Sendable {
        case send([UInt8])
        /// Goes on when the gate is open.
        case wait(Gate)
        /// Says no more and leaves the connection open.
        case hang
        /// Ends the connection in good order (FIN).
        case close
        /// Breaks it (RST).
        case reset
    }

    package var steps: [Step]

    package init(_ steps: [Step]) {
        self.steps = steps
    }

    /// Bytes as they are.
    package static func raw(_ text: String, then steps: [Step] = []) -> Reply {
        Reply([.send(Array(text.utf8))] + steps)
    }

    /// A whole answer with its length.
    package static func whole(
        _ body: some Sequence<UInt8>,
        status: Int = 200,
        type: String = "application/json",
        headers: [String] = []
    ) -> Reply {
        let body = Array(body)
        let fields = ["Content-Type: \(type)", "Content-Length: \(body.count)"] + headers
        return Reply([.send(head(status, fields) + body)])
    }

    package static func json(_ body: String, status: Int = 200, headers: [String] = []) -> Reply {
        whole(body.utf8, status: status, headers: headers)
    }

    /// A chunked answer of status 200 whose pieces are chunks of their own.
    ///
    /// Each chunk has `size` bytes, or all when that is 0; after them comes `ending`, or else the end of the body.
    package static func stream(
        _ body: some Sequence<UInt8>,
        size: Int = 0,
        type: String = "text/event-stream",
        then ending: [Step]? = nil
    ) -> Reply {
        let start = Step.send(head(200, ["Content-Type: \(type)", "Transfer-Encoding: chunked"]))
        return Reply([start] + chunks(Array(body), size: size) + (ending ?? [endOfBody]))
    }

    /// The chunk that ends a chunked body.
    package static let endOfBody = Step.send(Array("0\r\n\r\n".utf8))

    /// `body` as chunks of `size` bytes, or in one.
    package static func chunks(_ body: [UInt8], size: Int = 0) -> [Step] {
        let size = size > 0 ? size : max(1, body.count)
        return stride(from: 0, to: body.count, by: size).map { start in
            let piece = body[start..<min(start + size, body.count)]
            return .send(Array("\(String(piece.count, radix: 16))\r\n".utf8) + piece + Array("\r\n".utf8))
        }
    }

    package static func head(_ status: Int, _ fields: [String]) -> [UInt8] {
        Array((["HTTP/1.1 \(status) Status"] + fields).joined(separator: "\r\n").utf8) + Array("\r\n\r\n".utf8)
    }
}
