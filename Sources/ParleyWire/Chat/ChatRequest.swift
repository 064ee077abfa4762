package import Parley

/// A body of `POST /v1/chat/completions`, and of its older relatives.
///
/// The members are known by where they lie; only what we act on is parsed. What is not ours goes upstream as it came.
package struct ChatRequest: Sendable {
    package let slices: JSONSlices
    package let model: String?
    package let streamed: Bool
    package let includesUsage: Bool
    package let stored: Bool?
    package let conversation: String?
    package let endUser: String?
    package let samples: Int
    package let maximumOutput: Int?
    package let metadata: [String: String]
    package let policy: ContextPolicy?
    package let budget: Int?

    /// - Throws: ``ParleyError`` that names the member which is wrong.
    package init(_ slices: JSONSlices) throws {
        self.slices = slices
        // Written otherwise, a name of ours would pass as one that goes upstream untouched.
        guard !slices.all.contains(where: { Self.isDisguised($0.name) }) else {
            throw ParleyError(
                .invalidRequest,
                "The names of the body's members must not be escaped where that is not needed."
            )
        }
        let reader = MemberReader(slices)
        model = try reader.string("model")
        streamed = try reader.bool("stream") ?? false
        let options = try reader.object("stream_options")
        if options != nil, !streamed {
            throw ParleyError(.invalidValue, "'stream_options' needs 'stream': true.", parameter: "stream_options")
        }
        includesUsage = options?["include_usage"]?.bool ?? false
        stored = try reader.bool("store")
        conversation = try reader.conversation()
        endUser = try reader.string("safety_identifier") ?? reader.string("user")
        samples = try reader.integer("n", in: 1...128) ?? 1
        maximumOutput = try Self.maximum(reader)
        metadata = try reader.metadata()
        (policy, budget) = try reader.context()
        try reader.checkRanges()
    }

    /// The most tokens of an answer, by the largest of the names that say so: all go upstream, and any may count there.
    ///
    /// The last is llama.cpp's own, which goes before the others there; below zero it lifts them.
    private static func maximum(_ reader: MemberReader) throws -> Int? {
        let named = [
            try reader.integer("max_completion_tokens", in: 1...Usage.ceiling),
            try reader.integer("max_tokens", in: 0...Usage.ceiling),
        ]
        let own = try reader.value("n_predict")?.int
        if let own, own < 0 { return nil }
        return (named + [own.map { min($0, Usage.ceiling) }]).compactMap(\.self).max()
    }

    /// Whether a name is written with escapes that it does not need, as one of ours would be to hide it.
    private static func isDisguised(_ name: ArraySlice<UInt8>) -> Bool {
        guard name.contains(UInt8(ascii: "\\")) else { return false }
        let quote = UInt8(ascii: "\"")
        let read = try? JSON(parsing: [quote] + name + [quote]).string
        return read?.unicodeScalars.allSatisfy { (" "..."~").contains($0) && $0 != "\"" && $0 != "\\" } ?? true
    }

    /// The messages; at least one.
    package func messages() throws -> [JSON] {
        guard let messages = try slices.value(of: "messages") else {
            throw ParleyError(.missingParameter, "Missing required parameter: 'messages'.", parameter: "messages")
        }
        guard let array = messages.array else {
            throw ParleyError(.invalidType, "'messages' must be an array.", parameter: "messages")
        }
        guard !array.isEmpty else {
            throw ParleyError(.emptyArray, "'messages' must not be empty.", parameter: "messages")
        }
        return array
    }

    /// The tool schemas as text, for counting.
    package var tools: String? {
        guard let range = slices.range(of: "tools") ?? slices.range(of: "functions") else { return nil }
        return String(decoding: slices.bytes[range], as: UTF8.self)
    }

    /// What is ours to act on and not sent upstream.
    ///
    /// `metadata` stays here with the conversation.
    static let ours: Set<String> = [
        "model", "messages", "store", "metadata", "conversation", "context", "stream_options",
    ]
}

extension ChatRequest {
    /// The upstream's body: `model` and messages replaced, what is ours left out, everything else as it came.
    ///
    /// With a `context`, that is sent instead of the request's own messages.
    package func encoded(model: String, context: Context?) -> [UInt8] {
        var writer = JSONWriter(capacity: slices.bytes.count + 256)
        writer.raw("{\"model\":")
        writer.string(model)
        writer.raw(",\"messages\":")
        if let context {
            ChatMessages.write(context.instructions + context.items, to: &writer)
        } else if let range = slices.range(of: "messages") {
            writer.raw(slices.bytes[range])
        } else {
            writer.raw("[]")
        }
        for (name, value) in slices.all where !Self.isOurs(name) {
            writer.raw(",\"")
            writer.raw(name)
            writer.raw("\":")
            writer.raw(slices.bytes[value])
        }
        if streamed { writer.raw(",\"stream_options\":{\"include_usage\":true}") }
        writer.raw("}")
        return writer.bytes
    }

    private static func isOurs(_ name: ArraySlice<UInt8>) -> Bool {
        ours.contains(String(decoding: name, as: UTF8.self))
    }
}
