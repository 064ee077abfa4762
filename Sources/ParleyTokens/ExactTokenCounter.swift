package import Parley

/// Counts with the embedded vocabularies, for the domain.
package struct ExactTokenCounter: TokenCounter {
    package init() {}

    package func count(_ text: String, in vocabulary: Parley.Vocabulary) -> Int {
        switch vocabulary {
        case .o200k: Tokenizer.o200k.count(text)
        case .cl100k: Tokenizer.cl100k.count(text)
        }
    }
}
