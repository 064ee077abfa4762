/// One thing that can be set: by a flag, in the environment, in `.env` or in `parley.yaml`.
///
/// ``all`` is the only list of them: the files are read by it, `parley help settings` prints it, and the README's table is
/// tested against it.
package struct Setting: Hashable, Sendable {
    /// The name in `parley.yaml`; a dot is one level deeper.
    package var key: String
    /// The names in the environment and in `.env`, the one that counts first.
    package var variables: [String]
    package var kind: Kind
    /// What holds when nothing is set, as a person would write it.
    package var standard: String
    package var isSecret = false
    /// One line that says what it does.
    package var help: String

    package enum Kind: Hashable, Sendable {
        case text
        case path
        case address
        case number(ClosedRange<Int>)
        /// `on`, `off` and their synonyms.
        case flag
        /// Separated by commas, or a list in `parley.yaml`.
        case list
    }

    init(
        _ key: String,
        _ variables: String...,
        kind: Kind = .text,
        standard: String = "",
        isSecret: Bool = false,
        help: String
    ) {
        self.key = key
        self.variables = variables
        self.kind = kind
        self.standard = standard
        self.isSecret = isSecret
        self.help = help
    }

    /// What a person is told to set.
    package var name: String { variables.first ?? key }
}
