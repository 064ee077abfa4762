import Parley

/// How many there are of something, as people say it.
enum CountText {
    /// `1 turn`, `2 turns`; the noun is one that takes an s.
    static func of(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

    /// The same of a number in an answer of the API, where none is nothing.
    static func of(_ count: JSON?, _ noun: String) -> String { of(count?.int ?? 0, noun) }
}
