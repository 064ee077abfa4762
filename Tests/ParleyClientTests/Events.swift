/// Streams that upstreams send, in the forms that tests vary.
enum Events {
    static let text = "你好，世界 🌍👩‍👩‍👧 naïve"

    /// A chunk of sample `index` with raw JSON for its delta.
    static func chunk(_ delta: String, finish: String = "null", index: Int = 0) -> String {
        #"{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":\#(index),"delta":\#(delta),"#
            + #""finish_reason":\#(finish)}]}"#
    }

    static let role = chunk(#"{"role":"assistant","content":""}"#)
    static let stop = chunk("{}", finish: #""stop""#)
    static let usage =
        #"{"id":"c","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2,"total_tokens":5}}"#

    /// The chunks of ``text``, a character each.
    static var contents: [String] { text.map { chunk(#"{"content":"\#($0)"}"#) } }

    /// A stream that says ``text`` and does not end.
    static let begun = stream([role] + contents)

    /// A whole good stream.
    static var good: [String] { [role] + contents + [stop, "[DONE]"] }

    static func stream(_ data: [String], end: String = "\n") -> [UInt8] {
        Array(data.map { "data: \($0)\(end)\(end)" }.joined().utf8)
    }

    /// A whole good answer that is not streamed.
    static func whole(_ content: String = text, usage: String = "null") -> String {
        #"{"id":"c","object":"chat.completion","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"#
            + #""\#(content)"},"finish_reason":"stop"}],"usage":\#(usage)}"#
    }

    /// The sizes of the pieces in which streams are sent; 0 is all at once.
    static let sizes = [1, 2, 3, 7, 0]
}
