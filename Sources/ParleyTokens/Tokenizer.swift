internal import ParleyAssets

/// Cuts text into the tokens that OpenAI's models count, exactly as the tiktoken library does.
///
/// A value is two references to tables in the binary: making and copying one costs nothing, and nothing is loaded before
/// the first text. Text is always ordinary text: `<|endoftext|>` is seven or so tokens, never the special one.
/// The time is O(n log n) in the worst case and proportional to the length for real text.
package struct Tokenizer: Sendable {
    /// The tokenizer of o200k_base.
    package static let o200k = Tokenizer(.o200k)

    /// The tokenizer of cl100k_base.
    package static let cl100k = Tokenizer(.cl100k)

    /// What it counts in.
    package let vocabulary: Vocabulary
    private let asset: Asset

    /// A tokenizer of that vocabulary.
    package init(_ vocabulary: Vocabulary) {
        let path = "vocabularies/\(vocabulary.rawValue).bpe"
        guard let asset = Asset.named(path) else { preconditionFailure("\(path) is not embedded") }
        self.vocabulary = vocabulary
        self.asset = asset
    }

    /// The number of tokens of a text.
    package func count(_ text: String) -> Int {
        var sink = TokenCount()
        var text = text
        text.withUTF8 { unsafe run($0, into: &sink) }
        return sink.count
    }

    /// The number of tokens of a text given as UTF-8.
    ///
    /// Bytes that are not valid UTF-8 are permitted and count as punctuation.
    package func count(utf8 bytes: Span<UInt8>) -> Int {
        var sink = TokenCount()
        unsafe bytes.withUnsafeBufferPointer { unsafe run($0, into: &sink) }
        return sink.count
    }

    /// The ids of the tokens of a text.
    package func encode(_ text: String) -> [Int] {
        var sink = TokenList()
        var text = text
        text.withUTF8 { unsafe run($0, into: &sink) }
        return sink.ids
    }

    /// The bytes of those tokens, or nil when one of them does not exist; special tokens do not.
    ///
    /// They are UTF-8 when the tokens are those of a whole text.
    package func decode(_ ids: [Int]) -> [UInt8]? {
        var bytes: [UInt8] = []
        let table = table
        for id in ids {
            guard let token = unsafe table.bytes(of: id) else { return nil }
            unsafe bytes.append(contentsOf: token)
        }
        return bytes
    }

    /// The bytes of one token, or nil when it does not exist.
    package func bytes(of id: Int) -> [UInt8]? {
        decode([id])
    }

    /// The tables, as they lie in the binary.
    var table: MergeTable {
        MergeTable(asset)
    }

    private func run(_ bytes: UnsafeBufferPointer<UInt8>, into sink: inout some TokenSink) {
        guard let text = unsafe Text(bytes) else { return }
        let pass = Pass(text: text, table: table)
        let classes = CharacterClasses()
        switch vocabulary {
        case .o200k: pass.run(O200kSplitter(text, classes), into: &sink)
        case .cl100k: pass.run(Cl100kSplitter(text, classes), into: &sink)
        }
    }
}
