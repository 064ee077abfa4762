import Parley

/// The event by which an item of a response grows.
///
/// Almost every event of a stream is one of these, and they differ in their number and their text alone: everything
/// else is made into bytes once.
struct DeltaEvent: Sendable {
    let type: String
    /// What stands before the number.
    private let head: [UInt8]
    /// What stands between the number and the text.
    private let middle: [UInt8]
    private let showsLogprobs: Bool

    /// An event of the type `response.WORD.delta`, for the part `part` of an item that has parts.
    init(_ word: String, item: String, output: Int, part: Int?, showsLogprobs: Bool = false) {
        type = "response.\(word).delta"
        self.showsLogprobs = showsLogprobs
        var writer = JSONWriter()
        writer.raw("{\"type\":")
        writer.string(type)
        writer.raw(",\"sequence_number\":")
        head = writer.take()
        writer.raw(",\"item_id\":")
        writer.string(item)
        writer.raw(",\"output_index\":")
        writer.number(output)
        if let part {
            writer.raw(",\"content_index\":")
            writer.number(part)
        }
        writer.raw(",\"delta\":")
        middle = writer.take()
    }

    func write(_ number: Int, _ text: String, _ logprobs: [JSON], to writer: inout JSONWriter) {
        writer.raw(head)
        writer.number(number)
        writer.raw(middle)
        writer.string(text)
        if showsLogprobs {
            writer.raw(",\"logprobs\":")
            writer.value(.array(logprobs))
        }
        writer.raw("}")
    }
}
