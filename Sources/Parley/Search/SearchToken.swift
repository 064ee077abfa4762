/// One token of a text, as the search index knows it.
package struct SearchToken: Hashable, Sendable {
    /// Folded: lower case, without accents and widths.
    package var text: String
    package var kind: Kind
    /// Where it stands in the text, in bytes of UTF-8.
    package var range: Range<Int>

    package enum Kind: Sendable {
        /// Letters and digits up to the next other character.
        case word
        /// Two neighbours of a script that is written without spaces.
        case pair
        /// The last character of a run of such a script.
        case closing
    }
}
