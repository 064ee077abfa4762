/// A published vocabulary of byte-pair tokens.
package enum Vocabulary: String, CaseIterable, Sendable {
    /// 199,998 tokens: GPT-4o, GPT-4.1, GPT-5 and the o-series.
    case o200k = "o200k_base"

    /// 100,256 tokens: GPT-4, GPT-3.5 and the third embedding models.
    case cl100k = "cl100k_base"
}
