import Parley

/// The name of a message in `llm`: a hash of what it says and of the message before it.
enum LLMMessageHash {
    /// The hash of a message that says texts alone.
    ///
    /// Verified with the example of `llm`'s documentation; of other parts too little is known.
    static func of(texts: [String], role: String, after parent: String?) -> String {
        let parts: [JSON] = texts.map { ["text": .string($0), "type": "text"] }
        let message: JSON = ["parts": .array(parts), "role": .string(role)]
        let named: JSON = ["message": message, "parent": JSON(parent)]
        return "b2:" + Hexadecimal.encode(Blake2b.digest(named.canonical))
    }
}
