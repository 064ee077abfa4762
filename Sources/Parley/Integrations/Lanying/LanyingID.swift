/// An id of Lanying: of a user, or of a message.
///
/// Documented as a 64-bit integer; some callers write it as a string. Both ways of writing are the same id.
package struct LanyingID: Hashable, Sendable {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    /// Reads a whole number or a text that is not empty.
    package init?(_ json: JSON?) {
        switch json {
        case .number(let digits):
            guard let number = Int64(digits) else { return nil }
            text = String(number)
        case .string(let string) where !string.isEmpty: text = string
        default: return nil
        }
    }

    /// As Lanying's API takes it: a number, unless it is none.
    package var json: JSON {
        guard let number = Int64(text), String(number) == text else { return .string(text) }
        return JSON(number)
    }
}
