import Parley

/// Patterns for `LIKE ? ESCAPE '\'`, in which nothing that was given is a wildcard.
enum LikePattern {
    /// Matches what contains `text`.
    static func containing(_ text: String) -> Value {
        var pattern = "%"
        for character in text.unicodeScalars {
            if character == "%" || character == "_" || character == "\\" { pattern.unicodeScalars.append("\\") }
            pattern.unicodeScalars.append(character)
        }
        return .text(pattern + "%")
    }
}
