import Parley
import ParleyTokens

/// Counts tokens with the embedded vocabularies.
struct ExactCounter: TokenCounter {
    func count(_ text: String, in vocabulary: Parley.Vocabulary) -> Int {
        switch vocabulary {
        case .o200k: Tokenizer.o200k.count(text)
        case .cl100k: Tokenizer.cl100k.count(text)
        }
    }
}
