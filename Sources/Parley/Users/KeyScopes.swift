/// What a key may do of what its user may.
package struct KeyScopes: Hashable, Sendable {
    package private(set) var scopes: Set<Scope>

    package enum Scope: String, CaseIterable, Sendable {
        /// Ask models, and everything about the user's own conversations but taking them out as a file.
        case chat
        /// Look at what is there.
        case read
        /// Take conversations out as files.
        case export
        /// Administer, when the user may.
        case admin
    }

    package init(_ scopes: Set<Scope>) {
        self.scopes = scopes
    }

    /// Reads names separated by commas or spaces.
    ///
    /// - Throws: ``ParleyError/Code/invalidValue`` for a name that is none, or for none at all.
    package init(_ text: String) throws {
        let names = text.split { $0 == "," || $0 == " " }.map(String.init)
        let scopes = names.compactMap(Scope.init(rawValue:))
        guard !names.isEmpty, scopes.count == names.count else {
            let known = Scope.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
            throw ParleyError(.invalidValue, "Scopes are \(known).", parameter: "scopes")
        }
        self.init(Set(scopes))
    }

    /// The names in the order in which they are declared.
    package var names: [String] { Scope.allCases.filter(scopes.contains).map(\.rawValue) }

    /// Whether one of `others` is among them.
    package func allows(_ others: Set<Scope>) -> Bool { !scopes.isDisjoint(with: others) }
}
